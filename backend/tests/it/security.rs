//! What holds for every route.

mod callers;
mod codes;
mod cross_site;
mod headers;
mod languages;
mod requests;
mod routes;
