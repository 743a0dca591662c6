//! Ledgers: value is conserved in every trace of whatever can be read.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok((ledger, _)) = money::Ledger::read_csv(bytes) else { return };
    for start in 0..ledger.transfers.len().min(8) {
        if let Some(t) = money::fifo(&ledger, start, &std::collections::HashSet::new()) {
            assert_eq!(t.reported, t.at_services + t.dormant + t.cut);
        }
    }
});
