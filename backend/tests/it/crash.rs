//! The real program is killed, or asked to stop, in the middle of its work: nothing accepted is lost, nothing is
//! charged twice and no file stays behind without a row, or a row without its file.

mod aftermath;
mod fleet;
mod load;
mod rounds;
mod stop;

use rounds::kill_again_and_again;

/// Kills of the test that runs every time.
const FEW: usize = 3;
/// Kills of the long test when `KILLS` does not say.
const MANY: usize = 20;

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

/// On PostgreSQL one of several processes each time, the only one on SQLite.
async fn kill(kills: usize, seed: u64) {
    if !db::testing::on_postgres() || !fleet::kill_again_and_again(kills, seed).await {
        kill_again_and_again(kills, seed).await;
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok().map(|text| text.parse().expect("a whole number"))
}
