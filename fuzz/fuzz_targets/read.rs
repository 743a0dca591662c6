//! Documents: whatever comes is read or refused, and every quote is at its offsets.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for name in ["a.txt", "a.html", "a.csv"] {
        if let Ok(proposal) = workflow::receive::read(bytes, name, None) {
            for m in &proposal.mentions {
                assert_eq!(m.span.quote(&proposal.text), Some(m.quote.as_str()));
            }
        }
    }
});
