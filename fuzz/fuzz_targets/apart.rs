//! Documents of the forms that a reader process parses. The libraries below may panic at a page, which is caught there; what
//! must hold is that memory and time stay bounded and that units and faults lie in the text.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    for name in ["a", "a.eml", "a.xls", "a.txt"] {
        let Ok(reading) = intake::read(bytes, name) else {
            continue;
        };
        let end = reading.text.chars().count();
        let mut last = 0;
        for (span, _) in reading.units.iter() {
            assert!(last <= span.start && span.start < span.end && span.end <= end);
            last = span.end;
        }
        for u in &reading.unread {
            assert!(u.span.start <= u.span.end && u.span.end <= end);
        }
    }
});
