//! Bundles and partners' cards: nothing that a stranger made is believed.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    if let Ok(bundle) = response::Bundle::read(bytes) {
        assert!(bundle.verify(&[7; 32], &bundle.to.clone()).is_err());
    }
    if let Ok(text) = std::str::from_utf8(bytes) {
        let _ = workflow::exchange::read_card(text);
        let _ = response::View::from_json(text);
    }
});
