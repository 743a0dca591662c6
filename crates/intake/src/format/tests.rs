//! Cases of every form.

use super::*;

fn text_of(bytes: &[u8], name: &str) -> String {
    read(bytes, name).map_or_else(|e| format!("! {e}"), |r| r.text)
}

#[test]
fn forms_become_text() {
    for (bytes, name, wanted) in [
        (&b"plain \xe2\x80\x9cwords\xe2\x80\x9d\r\nkept"[..], "a.txt", "plain “words”\r\nkept"),
        (b"<html><head><title>t</title><style>p{}</style></head><body><p>One  two</p><p>three<br>four<script>x()</script></body>", "a", "One two\nthree\nfour"),
        (b"<!DOCTYPE html><table><tr><th>A<th>B<tr><td>1<td>2</table>", "a", "A | B\n1 | 2"),
        (b"\xff\xfeh\x00i\x00", "a.txt", "hi"),
        (b"h\0e\0l\0l\0o\0 \0t\0h\0e\0r\0e\0 \0a\0l\0l\0", "a.txt", "hello there all"),
        (b"caf\xe9 ferm\xe9 depuis l'ann\xe9e derni\xe8re", "a.txt", "café fermé depuis l'année dernière"),
        ("ជនរងគ្រោះ".as_bytes().split_last().map_or(&[][..], |(_, rest)| rest), "a.txt", "ជនរងគ្រោ\u{fffd}"),
        (br"{\rtf1\ansi\ansicpg1252{\fonttbl{\f0 Times;}{\f1\fcharset222 Cordia;}}\f0 One \b two\b0\par caf\'e9 \u8220?x\u8221?\par\f1 \'a1\'a2\par}", "a.rtf", "One two\ncafé “x”\nกข"),
    ] {
        assert_eq!(text_of(bytes, name), wanted);
    }
}

#[test]
fn what_cannot_be_read_is_refused_by_name() {
    for (bytes, wanted) in [
        (
            &b"\x01\x02\x03\x04\0\0\0 junk"[..],
            ReadError::Binary { at: 4, byte: 0 },
        ),
        (b"", ReadError::Empty),
    ] {
        assert_eq!(read(bytes, "a.txt").err(), Some(wanted));
    }
    let wide = "c,".repeat(10_000);
    assert_eq!(
        read(wide.as_bytes(), "a.csv").err(),
        Some(ReadError::TooWide { columns: 10_001 })
    );
    let mut ole = b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1".to_vec();
    ole.extend("WordDocument".encode_utf16().flat_map(u16::to_le_bytes));
    assert_eq!(read(&ole, "a.doc").err(), Some(ReadError::Older { what: "DOC" }));
    for bytes in [
        &b"%PDF-1.7 nothing"[..],
        b"PK\x03\x04 nothing",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
    ] {
        let error = read(bytes, "a").err();
        assert!(matches!(error, Some(ReadError::Damaged { .. })), "{error:?}");
    }
}

#[test]
fn a_picture_is_kept_and_said_to_be_unread() {
    let png = b"\x89PNG\r\n\x1a\n\0\0\0\x0dIHDR\0\0\x02\x80\0\0\x01\xe0\x08";
    let reading = read(png, "a.txt").ok();
    let why = reading
        .as_ref()
        .and_then(|r| r.unread.first())
        .map(|u| u.why.clone())
        .unwrap_or_default();
    assert_eq!(
        reading.map(|r| (r.format, r.text)),
        Some((Format::Media, String::new()))
    );
    assert!(why.starts_with("a picture (PNG), 640 × 480 pixels"), "{why}");
}

/// `cell words`, one a line, as the table has them.
fn cells(bytes: &[u8], name: &str) -> Vec<String> {
    let tables = read(bytes, name).map(|r| r.tables).unwrap_or_default();
    let mut out = Vec::new();
    for table in &tables {
        for row in table.rows() {
            for (column, words, _) in &row.cells {
                out.push(format!("{} {words}", table.unit(row.number, *column).name()));
            }
        }
    }
    out
}

#[test]
fn csv_of_every_dialect_has_the_same_cells() {
    let wanted = ["A1 name", "B1 note", "A2 Ani", "B2 a, \"b\"; c"];
    for text in [
        "name,note\nAni,\"a, \"\"b\"\"; c\"\n",
        "\u{feff}name;note\r\nAni;\"a, \"\"b\"\"; c\"\r\n",
        "name\tnote\nAni\ta, \"b\"; c",
        "name|note\n\"Ani\"|\"a, \"\"b\"\"; c\"",
    ] {
        assert_eq!(cells(text.as_bytes(), "a.csv"), wanted, "{text}");
    }
    let hinted = "sep=;\nname;note\nAni;\"a, \"\"b\"\"; c\"\n";
    assert_eq!(cells(hinted.as_bytes(), "a.csv")[2], "A3 Ani");
}

#[test]
fn a_cell_is_cited_by_its_place_in_the_file() {
    let text = "name,note\n\"A\nB\",\"ជន, 120\"\nC,d\n";
    let none = Units::default();
    let mut cells = Cite::of(Format::Csv, text, &none);
    for (words, wanted) in [
        ("note", "cell B1"),
        ("B\"", "cell A2"),
        ("120", "cell B2"),
        ("d\n", "cell B3"),
        ("name", "cell A1"),
    ] {
        let at = text.find(words).map_or(0, |b| text[..b].chars().count());
        let unit = cells.at(Span {
            start: at,
            end: at + 1,
        });
        assert_eq!(unit.map(|u| u.to_string()).as_deref(), Some(wanted));
    }
    let mut lines = Cite::of(Format::Text, text, &none);
    assert_eq!(
        lines.at(Span { start: 12, end: 13 }).map(|u| u.name()).as_deref(),
        Some("2")
    );
    assert_eq!(
        lines.at(Span { start: 0, end: 3 }).map(|u| u.name()).as_deref(),
        Some("1")
    );
}

/// How many people the tables hold.
fn people(tables: &[Table]) -> usize {
    let of = |t: &Table| {
        Header::of(t).map_or(0, |h| {
            profile::Profile::propose(t, &h)
                .rows(t, &h)
                .filter(|r| r.person.is_some())
                .count()
        })
    };
    tables.iter().map(of).sum()
}

#[test]
fn a_row_with_too_few_cells_is_named_and_still_read() {
    let reading = read(b"name,passport\nA B,X1\nC D\n", "a.csv");
    let (people, unread) = reading.map_or((0, Vec::new()), |r| (people(&r.tables), r.unread));
    assert_eq!(people, 2);
    assert_eq!(
        unread.first().map(|u| (u.span, u.why.as_str())),
        Some((Span { start: 21, end: 24 }, "row 3 has 1 cells, its header 2"))
    );
}

#[test]
fn a_sheet_of_odd_rows_is_read_to_its_end() {
    let sheet = format!("name,passport\n{}", "A B\n".repeat(1_500));
    let reading = read(sheet.as_bytes(), "a.csv");
    let (people, unread) = reading.map_or((0, Vec::new()), |r| (people(&r.tables), r.unread));
    assert_eq!((people, unread.len()), (1_500, draft::NAMED + 1));
    assert!(
        unread[draft::NAMED].why.starts_with("500 more faults"),
        "{}",
        unread[draft::NAMED].why
    );
}

#[test]
fn an_open_quotation_mark_swallows_nothing() {
    let reading = read(b"name,passport\n\"A B,X1\nC D,X2\n", "a.csv");
    let (people, why) = reading.map_or((0, String::new()), |r| {
        (
            people(&r.tables),
            r.unread.first().map(|u| u.why.clone()).unwrap_or_default(),
        )
    });
    assert_eq!(people, 2);
    assert_eq!(why, "row 2 opens a quotation mark that nothing closes");
}

#[test]
fn deep_nesting_does_not_overflow() {
    let page = format!("<html>{}x", "<b>".repeat(20_000));
    assert!(text_of(page.as_bytes(), "a.html").ends_with('x'));
    let groups = format!("{{\\rtf1 a\\par{}", "{".repeat(20_000));
    assert!(text_of(groups.as_bytes(), "a.rtf").starts_with('a'));
}

#[test]
fn a_turned_direction_is_named() {
    let reading = read("send to \u{202e}gro.elpmaxe\u{202c} now".as_bytes(), "a.txt");
    let unread = reading.map(|r| r.unread).unwrap_or_default();
    assert_eq!(unread.first().map(|u| u.span), Some(Span { start: 8, end: 9 }));
}

#[test]
fn mail_has_headers_words_and_attachments() {
    let mail = "From: =?utf-8?B?4Z6f4Z674Z6B?= <a@example.org>\r\nTo: b@example.org\r\nSubject: Release\r\nDate: Tue, 14 Oct 2025 09:12:00 +0700\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=x\r\n\r\n--x\r\nContent-Type: text/plain; charset=utf-8\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\nAt least 120 people=\r\n were held.\r\n--x\r\nContent-Type: text/csv; name=\"list.csv\"\r\nContent-Disposition: attachment; filename=\"../list.csv\"\r\n\r\nname,passport\r\nA,B\r\n--x--\r\n";
    let reading = read(mail.as_bytes(), "a.eml").ok();
    let reading = reading.as_ref();
    assert_eq!(
        reading.map(|r| r.text.as_str()),
        Some(
            "From: សុខ <a@example.org>\nTo: b@example.org\nDate: 2025-10-14T09:12:00+07:00\nSubject: Release\n\nAt least 120 people were held."
        )
    );
    assert_eq!(reading.and_then(|r| r.published.as_deref()), Some("2025-10-14"));
    let names = reading.map(|r| r.enclosed.iter().map(|e| e.name.as_str()).collect::<Vec<_>>());
    assert_eq!(names, Some(vec!["list.csv"]));
    let units: Vec<String> = reading
        .into_iter()
        .flat_map(|r| r.units.iter())
        .map(|(_, u)| u.to_string())
        .collect();
    assert_eq!(
        units,
        [
            "header From",
            "header To",
            "header Date",
            "header Subject",
            "paragraph 1"
        ]
    );
}

#[test]
fn a_mailbox_is_its_messages() {
    let message = "From: a@example.org\nTo: b@example.org\nSubject: s\nDate: Tue, 14 Oct 2025 09:12:00 +0700\n\nhello\n>From the start\n";
    let mailbox = format!("From a Tue Oct 14\n{message}\nFrom b Tue Oct 14\n{message}");
    let reading = read(mailbox.as_bytes(), "inbox").ok();
    assert_eq!(reading.as_ref().map(|r| r.format), Some(Format::Archive));
    let enclosed = reading.map(|r| r.enclosed).unwrap_or_default();
    assert_eq!(enclosed.len(), 2);
    assert!(text_of(&enclosed[1].bytes, "x.eml").ends_with("hello\nFrom the start"));
}
