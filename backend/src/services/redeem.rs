//! Codes for credits: made by the operator, to be sold or given away, redeemed once by whoever has one. A code is shown when it
//! is made and never again: only its hash is kept, so that whoever reads the database can redeem nothing.

use crate::app::App;
use crate::database::redeem_codes::{self, CodeRow};
use crate::error::{Code, Failure};
use crate::models::credits::Reason;
use crate::models::id::{CodeId, UserId};
use crate::models::timestamp::Timestamp;
use crate::services::credits::{self, AMOUNT_MAXIMUM, Earning, out_of_limits};

pub mod code;

use code::RedeemCode;

/// Most codes of one batch: more than anybody hands out at once, few enough for one transaction.
pub const BATCH_MAXIMUM: usize = 10_000;

/// Turns a code into credits. Returns how many.
///
/// # Errors
/// `redeem_code_invalid` for one that there is not or that was taken back, `redeem_code_used`, `redeem_code_expired`.
pub async fn redeem(app: &App, user_id: &UserId, text: &str) -> Result<i64, Failure> {
    let hash = text.parse::<RedeemCode>().map_err(|_| Code::RedeemCodeInvalid)?.hash();
    let (user, now) = (user_id.clone(), app.clock.now());
    let redeemed = app.database.write::<_, Failure, _>(move |conn| {
        let is_used_up = redeem_codes::use_up(conn, &hash, &user, now)?;
        let code = redeem_codes::by_hash(conn, &hash)?.ok_or(Code::RedeemCodeInvalid)?;
        if !is_used_up {
            return Err(refusal(&code, now).into());
        }
        let earning = Earning {
            reason: Reason::Redeem,
            amount: code.credits,
            payment_id: None,
            note: None,
            effect_key: redeem_codes::effect_key(&code.id),
        };
        credits::earn(conn, &user, earning, now)?;
        Ok(code.credits)
    });
    let credits = redeemed.await?;
    app.events.publish_credits(app, user_id).await;
    Ok(credits)
}

/// Why a code that is there gives nothing.
fn refusal(code: &CodeRow, now: Timestamp) -> Code {
    match code {
        CodeRow { redeemed_at: Some(_), .. } => Code::RedeemCodeUsed,
        // As if it had never been: who sold it knows why.
        CodeRow { revoked_at: Some(_), .. } => Code::RedeemCodeInvalid,
        CodeRow { expires_at: Some(at), .. } if *at <= now.0 => Code::RedeemCodeExpired,
        _ => Code::RedeemCodeInvalid,
    }
}

/// Codes to be made.
#[derive(Debug, Clone)]
pub struct Batch {
    /// What the operator calls them.
    pub name: String,
    /// What each is worth.
    pub credits: i64,
    /// How many.
    pub count: usize,
    /// When they end.
    pub expires_at: Option<Timestamp>,
}

/// Makes codes. This is the only time at which they can be read.
///
/// # Errors
/// `invalid_request` for a worth or a count outside of its limits.
pub async fn make(app: &App, batch: Batch) -> Result<Vec<(CodeId, RedeemCode)>, Failure> {
    if !(1..=AMOUNT_MAXIMUM).contains(&batch.credits) {
        return Err(out_of_limits("credits", batch.credits, AMOUNT_MAXIMUM));
    }
    if !(1..=BATCH_MAXIMUM).contains(&batch.count) {
        return Err(out_of_limits("count", i64::try_from(batch.count).unwrap_or(i64::MAX), BATCH_MAXIMUM as i64));
    }
    let now = app.clock.now();
    let made: Vec<(CodeId, RedeemCode)> = (0..batch.count).map(|_| (CodeId::new(), RedeemCode::draw())).collect();
    let rows: Vec<CodeRow> = made.iter().map(|(id, code)| row(id, code, &batch, now)).collect();
    app.database.write::<_, Failure, _>(move |conn| Ok(redeem_codes::insert(conn, &rows)?)).await?;
    Ok(made)
}

fn row(id: &CodeId, code: &RedeemCode, batch: &Batch, now: Timestamp) -> CodeRow {
    CodeRow {
        id: id.to_string(),
        batch: batch.name.clone(),
        code_hash: code.hash(),
        beginning: code.beginning().to_owned(),
        credits: batch.credits,
        expires_at: batch.expires_at.map(|at| at.0),
        revoked_at: None,
        redeemed_at: None,
        redeemed_by: None,
        created_at: now.0,
    }
}
