//! What people forget: the rules of the layout, held by tests that read the sources.

mod imports;
mod lengths;
mod lists;
mod sources;
mod words;
