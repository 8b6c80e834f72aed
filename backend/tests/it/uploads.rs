//! `uploads`
