//! What Diesel is told about the tables is what they are.

use std::collections::BTreeMap;

use super::{shape, snapshot};

#[tokio::test]
async fn the_declared_tables_are_those_that_the_migrations_make() {
    let (_folder, database) = snapshot::migrated().await;
    let made: BTreeMap<String, String> =
        shape::of_sqlite(&database).await.columns.into_iter().map(|(name, column)| (name, column.diesel())).collect();
    let mut told = declared(include_str!("../../../src/database/schema.rs"));
    told.extend(declared(include_str!("../../../../crates/jobs/src/schema.rs")));
    assert_eq!(told, made);
}

/// Columns in `diesel::table!` calls by `table.column`, with their types.
fn declared(source: &str) -> BTreeMap<String, String> {
    let mut found = BTreeMap::new();
    for block in source.split("diesel::table! {").skip(1) {
        let mut lines = block.lines().map(str::trim).filter(|line| !line.is_empty());
        let table = lines.next().unwrap().split(' ').next().unwrap();
        for line in lines.take_while(|line| *line != "}") {
            let (column, kind) = line.trim_end_matches(',').split_once(" -> ").unwrap();
            found.insert(format!("{table}.{column}"), kind.to_owned());
        }
    }
    found
}
