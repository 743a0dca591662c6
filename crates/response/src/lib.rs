//! Runs cases: referrals between organisations, consent, deadlines and their clocks.
