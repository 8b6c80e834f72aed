//! Tables, columns and indexes as a database itself describes them.

use std::collections::BTreeMap;

use db::{Database, MultiBackend};
use diesel::prelude::*;
use diesel::sql_types::{Bool, Text};

/// What a database holds: columns by `table.column`, indexes by name.
#[derive(Debug, PartialEq, Eq)]
pub struct Shape {
    /// Type and nullability.
    pub columns: BTreeMap<String, Column>,
    /// `table (columns)`, with `unique` or `where …` where it applies. Those that keys make by themselves are left
    /// out, since each database names them in its own way; the uniqueness they bring is in `keys`.
    pub indexes: BTreeMap<String, String>,
    /// Primary and unique keys: `table (columns)`, sorted.
    pub keys: Vec<String>,
}

/// One column.
#[derive(Debug, PartialEq, Eq, QueryableByName)]
pub struct Column {
    #[diesel(sql_type = Text)]
    kind: String,
    #[diesel(sql_type = Bool)]
    nullable: bool,
}

impl Column {
    /// As `schema.rs` would write it.
    pub fn diesel(&self) -> String {
        if self.nullable { format!("Nullable<{}>", self.kind) } else { self.kind.clone() }
    }
}

#[derive(QueryableByName)]
struct ColumnRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(embed)]
    column: Column,
}

#[derive(QueryableByName)]
struct NameRow {
    #[diesel(sql_type = Text)]
    name: String,
    #[diesel(sql_type = Text)]
    definition: String,
}

/// Asks an SQLite database.
pub async fn of_sqlite(database: &Database) -> Shape {
    ask(database, [include_str!("sqlite-columns.sql"), include_str!("sqlite-indexes.sql"), include_str!("sqlite-keys.sql")]).await
}

/// Asks a PostgreSQL database.
pub async fn of_postgres(database: &Database) -> Shape {
    ask(database, [include_str!("postgres-columns.sql"), include_str!("postgres-indexes.sql"), include_str!("postgres-keys.sql")]).await
}

async fn ask(database: &Database, [columns, indexes, keys]: [&'static str; 3]) -> Shape {
    database
        .read::<_, db::Error, _>(move |conn| {
            let columns: Vec<ColumnRow> = query(conn, columns)?;
            let indexes: Vec<NameRow> = query(conn, indexes)?;
            let keys: Vec<NameRow> = query(conn, keys)?;
            let mut keys: Vec<String> = keys.into_iter().map(|row| format!("{} {}", row.name, row.definition)).collect();
            keys.sort();
            Ok(Shape {
                columns: columns.into_iter().map(|row| (row.name, row.column)).collect(),
                indexes: indexes.into_iter().map(|row| (row.name, plain(&row.definition))).collect(),
                keys,
            })
        })
        .await
        .unwrap()
}

fn query<T>(conn: &mut db::Connection, text: &str) -> QueryResult<Vec<T>>
where
    T: diesel::deserialize::QueryableByName<MultiBackend> + 'static,
{
    diesel::sql_query(text).load(conn)
}

/// An index without what the databases write differently: where it lies, its method, casts and brackets.
fn plain(definition: &str) -> String {
    let text = definition.split_once(" ON ").map_or(definition, |(_, rest)| rest);
    let unique = if definition.contains("UNIQUE") { "unique " } else { "" };
    let mut text = text.replace("public.", "").replace(" USING btree", "").replace("::text", "").replace("::bigint", "");
    // PostgreSQL keeps `x IN ('a', 'b')` as `x = ANY (ARRAY['a', 'b'])`.
    text = text.replace(" = ANY (ARRAY[", " IN ").replace("])", "");
    let kept: String = text.chars().filter(|c| !matches!(c, '(' | ')')).collect();
    format!("{unique}{}", kept.split_whitespace().collect::<Vec<_>>().join(" "))
}
