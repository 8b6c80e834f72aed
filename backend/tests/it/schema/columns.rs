//! Both databases have the same schema.

use super::shape;

#[tokio::test]
async fn the_migrations_of_both_databases_make_the_same_tables_columns_keys_and_indexes() {
    if !db::testing::on_postgres() {
        return; // There is only one database to look at.
    }
    let postgres = db::testing::database(danqing::database::migrations()).await.unwrap();
    let (_folder, sqlite) = super::snapshot::migrated().await;
    let (postgres, sqlite) = (shape::of_postgres(&postgres).await, shape::of_sqlite(&sqlite).await);
    assert!(!postgres.keys.is_empty() && !postgres.indexes.is_empty());
    assert_eq!(postgres.columns, sqlite.columns);
    assert_eq!(postgres.keys, sqlite.keys);
    assert_eq!(postgres.indexes, sqlite.indexes);
}
