//! Giving, changing and removing an account.

use db::Connection;
use providers::Secret;
use url::Url;

use super::{Secrets, Way, Wish, audit, found, named_address, open, provider, reload, seal, table};
use crate::app::App;
use crate::database::provider_credentials::CredentialRow;
use crate::error::{Code, Failure};
use crate::models::catalogue::{Need, Provider};
use crate::models::id::CredentialId;
use crate::models::user::User;
use crate::services::fleet::Hint;

/// Accounts that one vendor may have: more than anybody holds keys for.
const MOST_ACCOUNTS: usize = 20;

/// Keeps an account with a vendor, and uses it from now on.
///
/// # Errors
/// `not_found` for an unknown vendor, `invalid_request` when a field is missing or another account has the label.
pub async fn add(app: &App, provider_id: &str, wish: Wish, by: &User) -> Result<CredentialRow, Failure> {
    let provider = provider(app, provider_id)?;
    let fields = wish.fields();
    let fresh = CredentialRow {
        id: CredentialId::new().as_str().to_owned(),
        provider: provider.id.clone(),
        label: provider.name.get(app.config.app.default_locale).to_owned(),
        key_ciphertext: None,
        base_url: None,
        webhook_secret_ciphertext: None,
        proxy_ciphertext: None,
        weight: 1,
        concurrency: None,
        enabled: true,
        created_at: 0,
        updated_at: 0,
        last_checked_at: None,
        last_check_result: None,
    };
    let (row, secrets) = applied(fresh, Secrets::default(), wish);
    demand(app, provider, &row, &secrets)?;
    let row = with_test(app, row, &secrets);
    let (for_unit, now) = (app.clone(), app.clock.now().0);
    let kept = app.database.write::<_, Failure, _>(move |conn| {
        table::lock(conn)?;
        let all = table::all(conn)?;
        let others: Vec<&CredentialRow> = all.iter().filter(|other| other.provider == row.provider).collect();
        if others.len() >= MOST_ACCOUNTS {
            return Err(wrong("apiKey", "too_many").field_with("maximum", MOST_ACCOUNTS));
        }
        let label = free_label(&row.label, &others);
        // The accounts stand in the order in which they were given, also within a millisecond.
        let moment = next_moment(&all, now);
        let row = CredentialRow { label, created_at: moment, updated_at: moment, ..row.clone() };
        let row = seal(&for_unit.keyring, row, &secrets)?;
        table::insert(conn, &row)?;
        Ok(row)
    });
    let row = kept.await?;
    audit(by, &row, "given", &fields);
    changed_here(app).await?;
    Ok(row)
}

/// Changes an account; a request that it has at work is followed to its end.
///
/// # Errors
/// `not_found`, or `invalid_request`: another account has the label, the key cannot be read, or it would go to another host.
pub async fn change(app: &App, provider_id: &str, id: &str, wish: Wish, by: &User) -> Result<CredentialRow, Failure> {
    let fields = wish.fields();
    let (provider_id, id, for_unit, now) = (provider_id.to_owned(), id.to_owned(), app.clone(), app.clock.now().0);
    // A unit may run twice, and a wish is used up by being followed.
    let wish = std::sync::Arc::new(wish);
    let changed = app.database.write::<_, Failure, _>(move |conn| {
        let provider = provider(&for_unit, &provider_id)?;
        table::lock(conn)?;
        let row = found(conn, &provider_id, &id)?;
        let secrets = match open(&for_unit.keyring, &row) {
            Ok(secrets) => secrets,
            // Whoever gives the key anew need not know the one before.
            Err(_) if wish.key.is_some() => Secrets::default(),
            Err(_) => return Err(wrong("apiKey", "unreadable")),
        };
        let way_before = Way::of(&row, &secrets);
        let (before, other_proxy) = (row.clone(), matches!(wish.proxy, Some(Some(_))));
        let (row, secrets) = applied(row, secrets, wish.as_ref().clone());
        demand(&for_unit, provider, &row, &secrets)?;
        // Outside TLS a proxy reads the key as it passes.
        let overheard = other_proxy && address(&for_unit, provider, &row).is_none_or(|url| url.scheme() != "https");
        if wish.key.is_none() && secrets.key.is_some() && (overheard || !may_take_along(&for_unit, provider, &before, &row)) {
            return Err(wrong("apiKey", "other_host"));
        }
        let row = if Way::of(&row, &secrets) == way_before { row } else { with_test(&for_unit, row, &secrets) };
        store(conn, &for_unit, row, &secrets, now)
    });
    let row = changed.await?;
    audit(by, &row, "changed", &fields);
    changed_here(app).await?;
    Ok(row)
}

/// Removes an account with its key.
///
/// # Errors
/// `not_found`.
pub async fn remove(app: &App, provider_id: &str, id: &str, by: &User) -> Result<(), Failure> {
    let (provider_id, id) = (provider_id.to_owned(), id.to_owned());
    let removed = app.database.write::<_, Failure, _>(move |conn| {
        table::lock(conn)?;
        let row = found(conn, &provider_id, &id)?;
        table::delete(conn, &provider_id, &id.parse().map_err(|_| Code::NotFound)?)?;
        Ok(row)
    });
    let row = removed.await?;
    audit(by, &row, "removed", "");
    changed_here(app).await
}

/// Follows the table here at once, and tells the other processes to.
async fn changed_here(app: &App) -> Result<(), Failure> {
    app.fleet.tell(|| Hint::Credentials);
    Ok(reload(app).await?)
}

fn store(conn: &mut Connection, app: &App, row: CredentialRow, secrets: &Secrets, now: i64) -> Result<CredentialRow, Failure> {
    let updated_at = next_moment(&table::all(conn)?, now);
    let row = seal(&app.keyring, CredentialRow { updated_at, ..row }, secrets)?;
    table::update(conn, &row).map_err(|error| {
        let taken = db::unique_violation_on(&error, "provider_credentials", &["provider", "label"]);
        if taken { wrong("label", "label_taken") } else { error.into() }
    })?;
    Ok(row)
}

/// What was found out about it before says nothing about another key or another way to the vendor; what a test of these just
/// found does.
fn with_test(app: &App, row: CredentialRow, secrets: &Secrets) -> CredentialRow {
    let found = app.credentials.trials.found(&Way::of(&row, secrets), app.clock.now());
    let found = found.and_then(|(finding, at)| Some((serde_json::to_string(&finding).ok()?, at.0)));
    let (last_check_result, last_checked_at) = found.unzip();
    CredentialRow { last_check_result, last_checked_at, ..row }
}

/// An account as somebody wants it.
pub(super) fn applied(row: CredentialRow, secrets: Secrets, wish: Wish) -> (CredentialRow, Secrets) {
    let secrets = Secrets {
        key: wish.key.or(secrets.key),
        webhook_secret: wish.webhook_secret.unwrap_or(secrets.webhook_secret),
        proxy: wish.proxy.unwrap_or(secrets.proxy),
    };
    let row = CredentialRow {
        label: wish.label.unwrap_or(row.label),
        base_url: wish.base_url.unwrap_or(row.base_url),
        weight: wish.weight.unwrap_or(row.weight),
        concurrency: wish.concurrency.unwrap_or(row.concurrency),
        enabled: wish.enabled.unwrap_or(row.enabled),
        ..row
    };
    (row, secrets)
}

/// Refuses an account that lacks what its vendor needs.
fn demand(app: &App, provider: &Provider, row: &CredentialRow, secrets: &Secrets) -> Result<(), Failure> {
    match provider.needs {
        Need::Key if secrets.key.is_none() => Err(wrong("apiKey", "required")),
        Need::Address if address(app, provider, row).is_none() => Err(wrong("baseUrl", "required")),
        _ => Ok(()),
    }
}

/// Where an account leads: to the place that was named, else to the catalogue's.
fn address(app: &App, provider: &Provider, row: &CredentialRow) -> Option<Url> {
    let named = named_address(&app.config, &provider.id, row.base_url.as_deref());
    named.or_else(|| Url::parse(provider.base_url.as_deref()?).ok())
}

/// Whether a stored key may go where the changed account leads: to the same server as before, or to one of the vendor's own.
/// Whoever got hold of the owner's session can use the key, but not have it sent to himself.
fn may_take_along(app: &App, provider: &Provider, before: &CredentialRow, after: &CredentialRow) -> bool {
    let (Some(from), Some(to)) = (address(app, provider, before), address(app, provider, after)) else { return false };
    let of_vendor = |url: &Url| {
        let own = provider.base_url.iter().chain(&provider.other_regions);
        own.filter_map(|text| Url::parse(text).ok()).any(|own| own.origin() == url.origin())
    };
    from.origin() == to.origin() || (of_vendor(&from) && of_vendor(&to))
}

/// The label, or the same with a number when another account has it.
fn free_label(label: &str, others: &[&CredentialRow]) -> String {
    let mut numbered = (2..).map(|number| format!("{label} {number}"));
    let mut candidate = label.to_owned();
    while others.iter().any(|other| other.label == candidate) {
        candidate = numbered.next().unwrap_or_default();
    }
    candidate
}

/// Later than every change so far, whatever the clocks of the nodes say: the version of the table follows from it.
fn next_moment(all: &[CredentialRow], now: i64) -> i64 {
    all.iter().map(|row| row.updated_at + 1).max().unwrap_or(now).max(now)
}

fn wrong(field: &'static str, code: &'static str) -> Failure {
    Failure::new(Code::InvalidRequest).with("reason", field).field(field, code)
}

/// The last four letters of a key that is long enough to give away four.
#[must_use]
pub(super) fn hint(key: &Secret) -> Option<String> {
    let key = key.expose();
    (key.len() >= 12).then(|| key.chars().skip(key.chars().count() - 4).collect())
}
