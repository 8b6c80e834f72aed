//! A small schema and the few statements that the tests are about.

use db::testing::TestDatabase;
use db::{Connection, Database, Error, Migrations};
use diesel::connection::SimpleConnection;
use diesel::prelude::*;
use diesel_migrations::{EmbeddedMigrations, embed_migrations};

diesel::table! {
    accounts (id) {
        id -> BigInt,
        name -> Text,
        balance -> BigInt,
    }
}

diesel::table! {
    notes (id) {
        id -> BigInt,
        account_id -> BigInt,
        text -> Text,
    }
}

const SQLITE: EmbeddedMigrations = embed_migrations!("tests/migrations/sqlite");
const POSTGRES: EmbeddedMigrations = embed_migrations!("tests/migrations/postgres");

pub fn migrations() -> Migrations {
    Migrations { sqlite: SQLITE, postgres: POSTGRES }
}

pub async fn database() -> TestDatabase {
    db::testing::database(migrations()).await.unwrap()
}

pub fn insert(connection: &mut Connection, name: &str) -> QueryResult<usize> {
    let row = (accounts::name.eq(name), accounts::balance.eq(0));
    diesel::insert_into(accounts::table).values(row).execute(connection)
}

/// Adds to a balance, as a debit does: one guarded statement.
pub fn add(connection: &mut Connection, name: &str, amount: i64) -> QueryResult<usize> {
    diesel::update(accounts::table.filter(accounts::name.eq(name)))
        .set(accounts::balance.eq(accounts::balance + amount))
        .execute(connection)
}

pub fn balance_of(connection: &mut Connection, name: &str) -> QueryResult<i64> {
    accounts::table.filter(accounts::name.eq(name)).select(accounts::balance).first(connection)
}

pub async fn insert_committed(db: &Database, name: &'static str) {
    db.write(move |connection| Ok::<_, Error>(insert(connection, name)?)).await.unwrap();
}

pub async fn balance(db: &Database, name: &'static str) -> i64 {
    db.read(move |connection| Ok::<_, Error>(balance_of(connection, name)?)).await.unwrap()
}

pub async fn names(db: &Database) -> Vec<String> {
    let query =
        |connection: &mut Connection| Ok::<_, Error>(accounts::table.order(accounts::name).select(accounts::name).load(connection)?);
    db.read(query).await.unwrap()
}

pub fn raw(connection: &mut Connection, sql: &str) -> QueryResult<()> {
    connection.batch_execute(sql)
}
