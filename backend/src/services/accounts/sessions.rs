//! Sessions. A browser holds two cookies: a short token signed by us that names the session, and a longer
//! random one that only `/api/auth` sees and that changes with each use. Every request checks the
//! session's row through a cache of at most five seconds, so that revoking works at once on this node and
//! within seconds on others.

use std::time::Duration;

use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};
use moka::future::Cache;
use rand::Rng;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::app::App;
use crate::database::sessions::{self, NewSession, OpenSession};
use crate::database::users;
use crate::error::{Code, Failure};
use crate::models::id::{SessionId, UserId};
use crate::models::timestamp::Timestamp;
use crate::models::user::User;
use crate::services::fleet::Hint;

/// How long the signed token lasts.
pub const ACCESS_LIFETIME: Duration = Duration::from_secs(15 * 60);
/// How long a session lasts when it is not used.
pub const SESSION_LIFETIME: Duration = Duration::from_secs(30 * 24 * 3600);
/// How long a request may believe that a session is still open.
const CACHE_LIFETIME: Duration = Duration::from_secs(5);
/// For so long after a rotation the token before still works: two tabs may refresh at the same moment.
const ROTATION_GRACE: Duration = Duration::from_secs(30);
/// Sessions remembered at once; more only means more look-ups.
const CACHE_ENTRIES: u64 = 20_000;

/// Signs and checks access tokens and remembers open sessions for a moment.
#[derive(Clone)]
pub struct Sessions {
    encoding: EncodingKey,
    decoding: DecodingKey,
    open: Cache<SessionId, User>,
}

/// What an access token says.
#[derive(Debug, Serialize, Deserialize)]
struct Claims {
    /// The account.
    sub: UserId,
    /// The session.
    sid: SessionId,
    /// Unix seconds until which the token is good.
    exp: i64,
    /// Unix seconds at which it was made.
    iat: i64,
}

/// The two cookies of a session.
pub struct Tokens {
    /// For every request.
    pub access: String,
    /// For renewing and ending the session. `None` where the browser keeps what it has.
    pub refresh: Option<String>,
}

/// Somebody who is logged in.
#[derive(Debug, Clone)]
pub struct SignedIn {
    /// The account; may be suspended.
    pub user: User,
    /// The session.
    pub session: SessionId,
}

impl Sessions {
    /// With the secret that signs the tokens.
    #[must_use]
    pub fn new(secret: &[u8]) -> Self {
        Self {
            encoding: EncodingKey::from_secret(secret),
            decoding: DecodingKey::from_secret(secret),
            open: Cache::builder().time_to_live(CACHE_LIFETIME).max_capacity(CACHE_ENTRIES).build(),
        }
    }

    /// Forgets what is remembered of one session.
    pub async fn forget(&self, id: &SessionId) {
        self.open.invalidate(id).await;
    }

    /// Forgets everything. Tests call it to let the seconds pass within which a change may go unseen.
    pub fn forget_all(&self) {
        self.open.invalidate_all();
    }

    fn sign(&self, user: &UserId, session: &SessionId, now: Timestamp) -> Result<String, Failure> {
        let claims = Claims { sub: user.clone(), sid: session.clone(), exp: now.after(ACCESS_LIFETIME).0 / 1000, iat: now.0 / 1000 };
        jsonwebtoken::encode(&Header::new(Algorithm::HS256), &claims, &self.encoding).map_err(Failure::internal)
    }

    /// Reads a token of ours. Its time is checked against our own clock.
    fn read(&self, token: &str, now: Timestamp) -> Option<Claims> {
        let mut validation = Validation::new(Algorithm::HS256);
        validation.validate_exp = false;
        validation.required_spec_claims.clear();
        let claims = jsonwebtoken::decode::<Claims>(token, &self.decoding, &validation).ok()?.claims;
        (claims.exp > now.0 / 1000).then_some(claims)
    }
}

/// Opens a session for an account: with the hash that the password fitted, or none where the account was just made.
///
/// # Errors
/// `invalid_credentials` when the account got another password since: whoever knew the old one must not come in after a
/// reset has ended all sessions.
pub async fn open(app: &App, user_id: &UserId, fitted: Option<String>, user_agent: Option<&str>) -> Result<Tokens, Failure> {
    let now = app.clock.now();
    let refresh = random_token();
    let session = NewSession {
        id: SessionId::new(),
        user_id: user_id.clone(),
        refresh_hash: token_hash(&refresh),
        user_agent: user_agent.map(|agent| agent.chars().take(256).collect()),
        expires_at: now.after(SESSION_LIFETIME),
    };
    let access = app.sessions.sign(user_id, &session.id, now)?;
    let opened = app.database.write::<_, Failure, _>(move |conn| {
        if fitted.is_some() && users::lock_password_hash(conn, &session.user_id)? != fitted {
            return Err(Code::InvalidCredentials.into());
        }
        Ok(sessions::insert(conn, &session, now)?)
    });
    opened.await?;
    Ok(Tokens { access, refresh: Some(refresh) })
}

/// Who holds an access token.
///
/// # Errors
/// `unauthenticated` when the token is not ours, too old, or its session has ended.
pub async fn authenticate(app: &App, token: &str) -> Result<SignedIn, Failure> {
    let now = app.clock.now();
    let claims = app.sessions.read(token, now).ok_or(Code::Unauthenticated)?;
    let user = user_of(app, &claims.sid).await?.filter(|user| user.id == claims.sub).ok_or(Code::Unauthenticated)?;
    Ok(SignedIn { user, session: claims.sid })
}

/// Whose a session is, as long as it is open; may be suspended.
///
/// # Errors
/// When the database cannot be read.
pub async fn user_of(app: &App, session: &SessionId) -> Result<Option<User>, Failure> {
    if let Some(user) = app.sessions.open.get(session).await {
        return Ok(Some(user));
    }
    let (id, now) = (session.clone(), app.clock.now());
    let found = app.database.query::<_, Failure, _>(move |conn| Ok(sessions::user_of(conn, &id, now)?)).await?;
    if let Some(user) = &found {
        app.sessions.open.insert(session.clone(), user.clone()).await;
    }
    Ok(found)
}

/// Exchanges a refresh token for fresh cookies. The token before the last one is taken for a moment, and then
/// not changed again; later it is a sign of theft and ends the session.
///
/// Two tabs share their cookies. Of two that refresh at once, the second gets no refresh token: sent back, the old
/// one might arrive after the new one and take its place, and look stolen the next time.
///
/// # Errors
/// `unauthenticated` when the token belongs to no open session, `account_suspended`.
pub async fn refresh(app: &App, token: &str) -> Result<(User, Tokens), Failure> {
    let now = app.clock.now();
    let given = token_hash(token);
    let next = random_token();
    let next_hash = token_hash(&next);
    let outcome = app.database.write::<_, Failure, _>(move |conn| {
        let Some(found) = sessions::by_refresh_hash(conn, &given, now)? else { return Ok(None) };
        if found.is_previous && found.refreshed_at.after(ROTATION_GRACE) < now {
            sessions::revoke(conn, &found.id, now)?;
            return Ok(None);
        }
        let Some(user) = sessions::user_of(conn, &found.id, now)? else { return Ok(None) };
        if !user.is_active {
            // Nothing is rotated: the answer sets no cookie, and the session goes on when the account is restored.
            return Err(Code::AccountSuspended.into());
        }
        let rotated = !found.is_previous;
        if rotated {
            sessions::rotate(conn, &found.id, &next_hash, now.after(SESSION_LIFETIME), now)?;
        }
        Ok(Some((user, found.id, rotated)))
    });
    let (user, session, rotated) = outcome.await?.ok_or(Code::Unauthenticated)?;
    let access = app.sessions.sign(&user.id, &session, now)?;
    Ok((user, Tokens { access, refresh: rotated.then_some(next) }))
}

/// The open session that a refresh token belongs to.
///
/// # Errors
/// When the database cannot be read.
pub async fn by_refresh_token(app: &App, token: &str) -> Result<Option<SessionId>, Failure> {
    let (hash, now) = (token_hash(token), app.clock.now());
    let found = app.database.read::<_, Failure, _>(move |conn| Ok(sessions::by_refresh_hash(conn, &hash, now)?)).await?;
    Ok(found.map(|session| session.id))
}

/// Ends a session.
pub async fn close(app: &App, id: &SessionId) -> Result<(), Failure> {
    let now = app.clock.now();
    let session = id.clone();
    app.database.write::<_, Failure, _>(move |conn| Ok(sessions::revoke(conn, &session, now)?)).await?;
    changed(app, id).await;
    Ok(())
}

/// Ends one session of an account.
///
/// # Errors
/// `not_found` when it is not open, or somebody else's.
pub async fn close_own(app: &App, user_id: UserId, id: SessionId) -> Result<(), Failure> {
    let now = app.clock.now();
    let session = id.clone();
    let ended = app.database.write::<_, Failure, _>(move |conn| Ok(sessions::revoke_own(conn, &user_id, &session, now)?));
    if !ended.await? {
        return Err(Code::NotFound.into());
    }
    changed(app, &id).await;
    Ok(())
}

/// Forgets what is remembered of these sessions.
pub async fn forget_all_of(app: &App, open: Vec<OpenSession>) {
    for session in open {
        changed(app, &session.id).await;
    }
}

/// Forgets what is remembered of an account, in all its sessions.
///
/// # Errors
/// When the database cannot be read.
pub async fn forget_user(app: &App, user_id: UserId) -> Result<(), Failure> {
    let now = app.clock.now();
    let open = app.database.read::<_, Failure, _>(move |conn| Ok(sessions::open_of(conn, &user_id, now)?)).await?;
    forget_all_of(app, open).await;
    Ok(())
}

/// Forgets what is remembered of a session whose row or account was changed, here and in the other processes.
pub async fn changed(app: &App, id: &SessionId) {
    app.sessions.forget(id).await;
    app.fleet.tell(|| Hint::Session { id: id.clone() });
}

/// 256 random bits in hexadecimal.
#[must_use]
pub fn random_token() -> String {
    hex::encode(rand::rng().random::<[u8; 32]>())
}

/// What is stored of a random token. It has enough entropy that a plain hash is safe.
#[must_use]
pub fn token_hash(token: &str) -> String {
    hex::encode(Sha256::digest(token.as_bytes()))
}
