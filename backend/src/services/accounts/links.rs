//! Links that are sent by mail. A link's token follows from its id and purpose with the server's secret, as the set-up
//! link's does: nothing that opens a link is stored or waits in a job, and a token of one purpose is none of another.

use db::Connection;
use subtle::ConstantTimeEq;

use crate::app::App;
use crate::database::mail_links::{self, MailLink};
use crate::error::{Code, Failure};
use crate::models::id::{LinkId, UserId};
use crate::models::letter::LinkPurpose;
use crate::models::payload::SendMail;
use crate::models::timestamp::Timestamp;
use crate::services::crypto::derive;
use crate::services::mail;

/// Bytes of proof in a token: as strong as a random one of 160 bits.
const PROOF_BYTES: usize = 20;

/// The address that opens a link; always DOMAIN's, whatever host a request named.
#[must_use]
pub fn address(app: &App, link: &MailLink) -> String {
    format!("{}/{}?token={}", app.config.server.domain, link.purpose.page(), token(app, &link.id, link.purpose))
}

/// Makes a link for an account in the caller's transaction.
///
/// # Errors
/// When the database cannot be written.
pub fn make(conn: &mut Connection, user_id: &UserId, purpose: LinkPurpose, email: &str, now: Timestamp) -> Result<MailLink, Failure> {
    let expires_at = now.after(purpose.lifetime());
    let link = MailLink { id: LinkId::new(), user_id: user_id.clone(), purpose, email: email.to_owned(), expires_at };
    mail_links::insert(conn, &link, now)?;
    Ok(link)
}

/// Makes a link and enqueues the letter that carries it, in the caller's transaction.
///
/// # Errors
/// When the database cannot be written.
pub fn send(conn: &mut Connection, user_id: &UserId, purpose: LinkPurpose, email: &str, now: Timestamp) -> Result<(), Failure> {
    let link = make(conn, user_id, purpose, email, now)?;
    let mail = SendMail { letter: purpose.letter(), user_id: link.user_id, to: link.email, link: Some(link.id) };
    mail::enqueue(conn, &mail, now)
}

/// The link that a token proves, whether or not it still works.
///
/// # Errors
/// `link_invalid`.
pub fn read(app: &App, purpose: LinkPurpose, given: &str) -> Result<LinkId, Failure> {
    let given = given.trim();
    let id = given.get(..ulid::ULID_LEN).and_then(|id| format!("{}{id}", LinkId::PREFIX).parse::<LinkId>().ok());
    let id = id.ok_or(Code::LinkInvalid)?;
    let proven = bool::from(token(app, &id, purpose).as_bytes().ct_eq(given.as_bytes()));
    if proven { Ok(id) } else { Err(Code::LinkInvalid.into()) }
}

/// Uses a link up in the caller's transaction. Of two that try at once, one succeeds.
///
/// # Errors
/// `link_invalid` when it was used, is over, or is of another purpose.
pub fn redeem(conn: &mut Connection, id: &LinkId, purpose: LinkPurpose, now: Timestamp) -> Result<MailLink, Failure> {
    let link = mail_links::open(conn, id, now)?.filter(|link| link.purpose == purpose).ok_or(Code::LinkInvalid)?;
    if mail_links::use_up(conn, id, now)? { Ok(link) } else { Err(Code::LinkInvalid.into()) }
}

fn token(app: &App, id: &LinkId, purpose: LinkPurpose) -> String {
    let proof = derive(&app.secrets.jwt, &format!("link in a mail: {} {id}", purpose.as_str()));
    format!("{}{}", id.as_str().trim_start_matches(LinkId::PREFIX), hex::encode(&proof[..PROOF_BYTES]))
}
