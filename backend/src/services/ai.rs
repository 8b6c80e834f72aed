//! Who does the work. The embedded engine is the only provider so far.

pub mod embedded;
pub mod marks;
