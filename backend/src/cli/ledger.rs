//! `danqing ledger …`

use clap::Subcommand;

use super::output::{remark, say};
use super::{CommandResult, context};
use crate::models::locale::Locale;
use crate::services::credits::verify::{Report, verify};

/// Check the books.
#[derive(Subcommand)]
pub enum Ledger {
    /// Prove every balance and every chain of rows; exit code 1 when something does not add up.
    Verify,
}

impl Ledger {
    /// Runs the command.
    pub async fn run(self) -> CommandResult {
        let Self::Verify = self;
        let app = context::app().await?;
        let locale = app.config.app.terminal_locale;
        let report = verify(&app.database).await.map_err(|failure| context::sentence(&failure, locale))?;
        say(summary(&report, locale));
        if report.faults.is_empty() {
            return Ok(());
        }
        for fault in &report.faults {
            remark(fault);
        }
        Err(format!("{} faults", report.faults.len()).into())
    }
}

fn summary(report: &Report, locale: Locale) -> String {
    let Report { accounts, transactions, tasks, payments, codes, credits, faults } = report;
    let faults = faults.len();
    match locale {
        Locale::En => {
            format!(
                "{accounts} accounts, {transactions} ledger rows, {tasks} tasks, {payments} payments and {codes} codes checked; {credits} \
                 credits in all; {faults} faults."
            )
        }
        Locale::ZhCn => {
            format!(
                "已核对 {accounts} 个账号、{transactions} 条流水、{tasks} 个任务、{payments} 笔付款、{codes} 个兑换码；积分合计 {credits}；\
                 {faults} 处不符。"
            )
        }
    }
}
