//! Danqing.
