//! Estimates how many were never recorded, by multiple systems estimation.
