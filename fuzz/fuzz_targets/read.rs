//! Documents of the forms that a hub reads itself: whatever comes is read or refused, and every quote is at its offsets.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for name in ["a.txt", "a.html", "a.csv"] {
        if let Ok(reading) = intake::read(bytes, name) {
            let proposal = workflow::receive::propose(reading, None);
            for m in &proposal.mentions {
                assert_eq!(m.span.quote(&proposal.text), Some(m.quote.as_str()));
            }
        }
    }
});
