//! Runs cases: referrals between organisations, consent, deadlines and their clocks.
//!
//! A referral is a chain of steps, each signed by the organisation that took it. What a recipient may see is decided in
//! [`disclosure`]; the preview a caseworker reads and the payload that is sent are the same [`disclosure::View`].

pub mod bundle;
pub mod case;
pub mod deadline;
pub mod disclosure;
pub mod referral;
pub mod sign;
pub mod step;

pub use bundle::{Bundle, BundleError};
pub use case::Case;
pub use disclosure::{Asked, View};
pub use referral::{Referral, State, TransitionError};
pub use sign::{Fingerprint, Signer};
pub use step::{Step, StepKind};
