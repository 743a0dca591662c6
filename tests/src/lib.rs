//! One report from end to end, and the architecture, checked.
