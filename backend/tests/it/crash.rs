//! The real program is killed, or asked to stop, in the middle of its work: nothing accepted is lost, nothing is
//! charged twice and no file stays behind without a row, or a row without its file.

mod aftermath;
mod bucket;
mod database;
mod fleet;
mod load;
mod rounds;
mod stop;

use std::time::Duration;

use rounds::kill_again_and_again;

/// Kills of the test that runs every time.
const FEW: usize = 3;
/// Kills of the long test when `KILLS` does not say.
const MANY: usize = 50;

#[tokio::test(flavor = "multi_thread")]
async fn three_kills_under_load_lose_no_task_and_charge_none_twice() {
    kill(FEW, rand::random()).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "takes minutes; scripts/soak.sh runs it"]
async fn soak_many_kills_under_load_lose_no_task_and_charge_none_twice() {
    let kills = number("KILLS").map_or(MANY, |kills| usize::try_from(kills).unwrap());
    kill(kills, number("SEED").unwrap_or_else(rand::random)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_killed_database_is_told_at_once_and_costs_no_task_and_no_picture() {
    database::kill_again_and_again(1, 1, rand::random()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes minutes; scripts/soak.sh runs it"]
async fn soak_many_kills_of_the_database_cost_no_task_and_no_picture() {
    let kills = number("KILLS").map_or(MANY, |kills| usize::try_from(kills).unwrap()).div_ceil(5);
    database::kill_again_and_again(kills, load::PEOPLE, number("SEED").unwrap_or_else(rand::random)).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "takes minutes; scripts/soak.sh runs it"]
async fn soak_a_bucket_that_is_away_for_half_a_minute_costs_no_task_and_no_picture() {
    bucket::leave_again_and_again(Duration::from_secs(30)).await;
}

/// On PostgreSQL one of several processes each time, the only one on SQLite.
async fn kill(kills: usize, seed: u64) {
    if !db::testing::on_postgres() || !fleet::kill_again_and_again(kills, seed).await {
        kill_again_and_again(kills, seed).await;
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a whole number"))
}
