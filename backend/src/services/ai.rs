//! Who does the work: the embedded engine, or a vendor with whom the operator has an account.

pub mod accounts;
pub mod callbacks;
pub mod check;
pub mod credentials;
pub mod embedded;
pub mod health;
pub mod marks;
pub mod results;
pub mod verdict;
