//! Follows money: addresses, clusters, attribution tags and traces.
