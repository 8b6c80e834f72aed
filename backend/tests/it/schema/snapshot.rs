//! `schema.sql` is what the migrations make, for people who want to read the schema in one place.

use db::Database;
use diesel::prelude::*;
use diesel::sql_types::Text;
use tempfile::TempDir;

const PATH: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/src/database/schema.sql");
const HEADER: &str = "-- Made from the migrations for people to read; nothing reads it. SQLite's form; PostgreSQL has the same tables,\n\
    -- columns, keys and indexes. UPDATE_SNAPSHOTS=1 cargo test -p danqing --test it schema writes it anew.\n";

#[derive(QueryableByName)]
struct Statement {
    #[diesel(sql_type = Text)]
    sql: String,
}

/// An SQLite database with all migrations, whichever database the other tests use.
pub async fn migrated() -> (TempDir, Database) {
    let folder = tempfile::tempdir().unwrap();
    let url = folder.path().join("schema.sqlite").display().to_string();
    let database = Database::open(db::Options { pool_size: 1, ..db::Options::new(url) }).await.unwrap();
    database.migrate(danqing::database::migrations()).await.unwrap();
    (folder, database)
}

#[tokio::test]
async fn the_schema_for_readers_is_what_the_migrations_make() {
    let (_folder, database) = migrated().await;
    let query = "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL AND tbl_name NOT LIKE '\\_\\_%' ESCAPE '\\' \
        AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY tbl_name, type DESC, name";
    let found: Vec<Statement> = database.read::<_, db::Error, _>(move |conn| Ok(diesel::sql_query(query).load(conn)?)).await.unwrap();
    let tables = found.iter().map(|statement| {
        let space = if statement.sql.starts_with("CREATE TABLE") { "\n" } else { "" };
        format!("{space}{};\n", statement.sql)
    });
    let made = format!("{HEADER}{}", tables.collect::<String>());
    if std::env::var_os("UPDATE_SNAPSHOTS").is_some() {
        std::fs::write(PATH, &made).unwrap();
    }
    assert_eq!(std::fs::read_to_string(PATH).unwrap_or_default(), made, "set UPDATE_SNAPSHOTS=1 to write it anew");
}
