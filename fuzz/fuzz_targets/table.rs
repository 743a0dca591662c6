//! Tables: a figure is finite and not below the people seen, or there is none.
#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    let Ok(table) = estimate::Table::read(bytes) else { return };
    if table.lists.len() > 5 {
        return;
    }
    for e in estimate::assess(&table, &[], 0.95).estimates {
        if let Ok(f) = e.figure {
            assert!(f.estimate.is_finite() && f.estimate >= table.people() as f64 - 1e-6 && f.lower <= f.estimate + 1.0);
        }
    }
});
