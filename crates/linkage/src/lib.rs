//! Decides which records are the same person or event, openly or without revealing names.
