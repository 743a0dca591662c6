//! Whatever arrives: the same words in every form are the same claims, each cited to its own unit; what is made to break
//! readers breaks only a reader.

#![expect(clippy::unwrap_used, reason = "a test says what it expected by failing")]

use std::io::Write;

use evidence::{Kind, Mention, Value, document::Format};
use tests::{TestHub, moment, program, root};
use workflow::{
    WorkflowError, reader,
    receive::{self, Brought, Proposal, Received, receive},
};
use zip::{ZipWriter, write::SimpleFileOptions};

fn fixture(name: &str) -> Vec<u8> {
    std::fs::read(root().join("fixtures/intake").join(name)).unwrap()
}

fn read(bytes: &[u8], name: &str) -> Result<Proposal, WorkflowError> {
    reader::use_program(program());
    receive::read(bytes, name, None)
}

/// What a form adds by itself: a mail's addresses and date.
fn values(proposal: &Proposal) -> Vec<&Value> {
    let body = proposal.text.find("SYNTHETIC.").unwrap();
    let start = proposal.text[..body].chars().count();
    let of_the_words = |m: &&Mention| m.span.start >= start;
    proposal
        .mentions
        .iter()
        .filter(of_the_words)
        .map(|m| &m.value)
        .collect()
}

#[test]
fn the_same_words_in_every_form_are_the_same_claims() {
    let text = read(&fixture("same.txt"), "same.txt").unwrap();
    let wanted = values(&text);
    assert!(wanted.len() > 28, "{wanted:?}");
    for (name, format, unit) in [
        ("same.txt", Format::Text, "line 3"),
        ("same.html", Format::Html, "paragraph 3"),
        ("same.pdf", Format::Pdf, "page 1 (34,114,400,129)"),
        ("same.docx", Format::Docx, "paragraph 3"),
        ("same.odt", Format::Odt, "paragraph 3"),
        ("same.rtf", Format::Rtf, "paragraph 3"),
        ("same.xlsx", Format::Workbook, "cell Notes!A3"),
        ("same.xls", Format::Workbook, "cell Notes!A3"),
        ("same.ods", Format::Workbook, "cell Notes!A3"),
        ("same.eml", Format::Mail, "paragraph 3"),
        ("same.chat.txt", Format::Chat, "message 3 (2025-10-14T09:14)"),
        ("same.telegram.json", Format::Chat, "message 3 (2025-10-14T09:15)"),
    ] {
        let proposal = read(&fixture(name), name).unwrap();
        assert_eq!(proposal.format, format, "{name}");
        assert_eq!(values(&proposal), wanted, "{name}");
        let mut cite = proposal.cite();
        for m in &proposal.mentions {
            assert_eq!(m.span.quote(&proposal.text), Some(m.quote.as_str()), "{name}");
            assert!(cite.at(m.span).is_some(), "{name}: {m:?} is in no unit");
        }
        let park = proposal.mentions.iter().find(|m| m.quote == "KK Park").unwrap();
        assert_eq!(cite.at(park.span).unwrap().to_string(), unit, "{name}");
        // The name decides nothing where the content does.
        let disguised = read(&fixture(name), "holiday.jpg").unwrap();
        assert_eq!(values(&disguised), wanted, "{name}");
    }
}

#[test]
fn a_text_layer_that_cannot_be_trusted_is_not_read() {
    let sound = fixture("same.pdf");
    let mut silent = sound.clone();
    for at in 0..silent.len() - 10 {
        if silent[at..].starts_with(b"/ToUnicode") {
            silent[at..at + 10].copy_from_slice(b"/ToNothing");
        }
    }
    assert_ne!(sound, silent);
    let proposal = read(&silent, "a.pdf").unwrap();
    assert!(proposal.text.is_empty(), "{}", proposal.text);
    let why = &proposal.unread[0].why;
    assert!(
        why.starts_with("page 1: its text layer cannot be trusted: the font"),
        "{why}"
    );
}

fn zipped(files: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = ZipWriter::new(std::io::Cursor::new(Vec::new()));
    for (name, bytes) in files {
        writer.start_file(*name, SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

/// A PDF of these objects, numbered from 1; the first is the catalogue.
fn pdf(objects: &[&str]) -> Vec<u8> {
    let mut out = b"%PDF-1.4\n".to_vec();
    let mut offsets = Vec::new();
    for (i, object) in objects.iter().enumerate() {
        offsets.push(out.len());
        out.extend(format!("{} 0 obj\n{object}\nendobj\n", i + 1).bytes());
    }
    let start = out.len();
    out.extend(format!("xref\n0 {}\n0000000000 65535 f \n", objects.len() + 1).bytes());
    for offset in offsets {
        out.extend(format!("{offset:010} 00000 n \n").bytes());
    }
    out.extend(
        format!(
            "trailer <</Size {} /Root 1 0 R>>\nstartxref\n{start}\n%%EOF",
            objects.len() + 1
        )
        .bytes(),
    );
    out
}

#[test]
fn what_is_made_to_break_readers_breaks_only_a_reader() {
    let zeros = vec![0; 400 << 20];
    let bomb = zipped(&[("big.txt", &zeros), ("note.txt", b"Seven men left Bavet.")]);
    drop(zeros);
    let laughs = "<!DOCTYPE d [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;\">]><w:document xmlns:w=\"w\"><w:p><w:t>before &b; after</w:t></w:p></w:document>";
    let vast = format!(
        "<w:document xmlns:w=\"w\">{}<w:t>x</w:t></w:document>",
        "<w:p>".repeat(2_000_000)
    );
    let far = "<worksheet xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\"><sheetData><row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>a</t></is></c></row><row r=\"1048576\"><c r=\"XFD1048576\" t=\"inlineStr\"><is><t>b</t></is></c></row></sheetData></worksheet>";
    let book = "<workbook xmlns=\"http://schemas.openxmlformats.org/spreadsheetml/2006/main\" xmlns:r=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships\"><sheets><sheet name=\"s\" sheetId=\"1\" r:id=\"r1\"/></sheets></workbook>";
    let links = "<Relationships xmlns=\"http://schemas.openxmlformats.org/package/2006/relationships\"><Relationship Id=\"r1\" Type=\"http://schemas.openxmlformats.org/officeDocument/2006/relationships/worksheet\" Target=\"worksheets/sheet1.xml\"/></Relationships>";
    let roots = links
        .replace("/worksheet\"", "/officeDocument\"")
        .replace("worksheets/sheet1.xml", "xl/workbook.xml");
    let page =
        "<</Type/Page/Parent 2 0 R/MediaBox[0 0 100 100]/Resources<</XObject<</X 4 0 R>>>>/Contents 5 0 R>>";
    let itself = "<</Type/XObject/Subtype/Form/BBox[0 0 9 9]/Resources<</XObject<</X 4 0 R>>>>/Length 5>>stream\n/X Do\nendstream";
    let drawn = "<</Length 5>>stream\n/X Do\nendstream";
    let catalogue = "<</Type/Catalog/Pages 2 0 R>>";
    let pages = "<</Type/Pages/Kids[3 0 R]/Count 1>>";
    for (name, bytes, wanted) in [
        ("a bomb", bomb, "grows beyond"),
        (
            "entities",
            zipped(&[("word/document.xml", laughs.as_bytes())]),
            "is not expanded",
        ),
        ("depth", zipped(&[("word/document.xml", vast.as_bytes())]), ""),
        (
            "a far cell",
            zipped(&[
                ("_rels/.rels", roots.as_bytes()),
                ("xl/workbook.xml", book.as_bytes()),
                ("xl/_rels/workbook.xml.rels", links.as_bytes()),
                ("xl/worksheets/sheet1.xml", far.as_bytes()),
            ]),
            "16384 columns",
        ),
        (
            "a drawing of itself",
            pdf(&[catalogue, pages, page, itself, drawn]),
            "stopped",
        ),
        (
            "a tree in a loop",
            pdf(&[catalogue, "<</Type/Pages/Kids[2 0 R]/Count 1>>"]),
            "",
        ),
        (
            "a cut archive",
            zipped(&[("a.txt", b"x")])[..20].to_vec(),
            "damaged",
        ),
    ] {
        let begun = std::time::Instant::now();
        let said = match read(&bytes, "a") {
            Ok(p) => p
                .unread
                .iter()
                .map(|u| u.why.clone())
                .collect::<Vec<_>>()
                .join("; "),
            Err(e) => e.to_string(),
        };
        assert!(said.contains(wanted), "{name}: {said}");
        assert!(
            begun.elapsed().as_secs() < 120,
            "{name} took {:?}",
            begun.elapsed()
        );
    }
}

fn brought(bytes: Vec<u8>, name: &str) -> Brought {
    Brought {
        bytes,
        name: name.into(),
        source: "test".into(),
        grade: evidence::Grade::UNKNOWN,
        received: tests::clock(),
        published: None,
        public: false,
        synthetic: true,
        confirm: true,
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_mail_in_an_archive_is_four_documents_and_the_list_says_so() {
    let hub = TestHub::new("one", None).await.with_members().await;
    let picture = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0\x08";
    let archive = zipped(&[
        ("inbox/same.eml", &fixture("same.eml")),
        ("inbox/photo.png", picture),
        ("inbox/program.exe", b"MZ\x90\0\x03\0\0\0"),
    ]);
    let done = receive(&hub.hub, brought(archive.clone(), "inbox.zip"), &moment())
        .await
        .unwrap();
    let Received::Taken {
        id, within, unread, ..
    } = done
    else {
        unreachable!("{done:?}");
    };
    assert_eq!(within, 3, "the mail, what is attached to it, and the picture");
    assert!(unread >= 2, "the program and the picture are named");
    let again = receive(&hub.hub, brought(archive, "inbox.zip"), &moment())
        .await
        .unwrap();
    assert_eq!(again, Received::Known(id));
    let mut tx = hub.hub.store.write("read").await.unwrap();
    let at = moment();
    let opener = tx
        .opener(&hub.key, at.at, &at.actor, "test", &id.to_string())
        .await
        .unwrap();
    let list = tx.enclosures(id, &opener).await.unwrap();
    let shown: Vec<_> = list
        .iter()
        .map(|e| (e.name.reveal(), e.format.as_str()))
        .collect();
    assert_eq!(shown, [("same.eml", "mail"), ("photo.png", "media")]);
    let parts = tx.parts(id, &opener).await.unwrap();
    assert!(
        parts.unread.iter().any(|u| u.why.starts_with("“program.exe”")),
        "{:?}",
        parts.unread
    );
    let mail = list[0].document;
    let attached = tx.enclosures(mail, &opener).await.unwrap();
    assert_eq!(attached.len(), 1);
    assert_eq!(tx.enclosed_in(mail).await.unwrap(), [id]);
    let claims = tx.claims(attached[0].document, &opener).await.unwrap();
    let parts = tx.parts(attached[0].document, &opener).await.unwrap();
    assert!(!parts.units.is_empty());
    assert!(
        claims
            .iter()
            .any(|c| c.value.kind() == Kind::Place
                && parts.units.at(c.span).is_some_and(|u| u.kind() == "page"))
    );
    tx.commit().await.unwrap();
    assert_eq!(
        hub.hub.store.check(Some(&hub.key)).await.unwrap().damage,
        Vec::<String>::new()
    );
}
