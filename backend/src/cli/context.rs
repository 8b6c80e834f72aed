//! What every command begins with: the configuration, its warnings, and the application.

use super::CommandError;
use super::output::remark;
use crate::app::{App, Use};
use crate::config::secrets::{Role, Secrets};
use crate::config::{Config, Sources};
use crate::database::users;
use crate::error::{Code, Failure};
use crate::messages;
use crate::models::locale::Locale;
use crate::models::user::User;

/// Reads `.env` in the present folder and the environment, and says what is odd about them.
pub fn config() -> Result<Config, CommandError> {
    let config = Config::load(&Sources::of_process())?;
    for warning in &config.warnings {
        remark(warning.message.get(config.app.terminal_locale));
    }
    Ok(config)
}

/// The application, for a command beside a server that may be running.
pub async fn app() -> Result<App, CommandError> {
    let config = config()?;
    let secrets = Secrets::resolve(&config, Role::All)?;
    Ok(App::build(config, secrets, Use::Command).await?)
}

/// A failure as a sentence.
pub fn sentence(failure: &Failure, locale: Locale) -> CommandError {
    let mut text = messages::text(locale, &format!("errors.{}.detail", failure.code.as_str()), &failure.values);
    for wrong in &failure.fields {
        let reason = messages::text(locale, &format!("field.{}", wrong.code), &wrong.values);
        text.push_str(&format!("\n  {}: {reason}", wrong.field));
    }
    text.into()
}

/// The account of an address.
pub async fn user(app: &App, email: &str) -> Result<User, CommandError> {
    let address = email.trim().to_lowercase();
    let found = app.database.read::<_, Failure, _>(move |conn| Ok(users::with_password(conn, &address)?)).await;
    let locale = app.config.app.terminal_locale;
    let found = found.map_err(|failure| sentence(&failure, locale))?;
    found
        .map(|(user, _)| user)
        .ok_or_else(|| format!("{email}: {}", messages::plain(locale, &format!("errors.{}.title", Code::NotFound.as_str()))).into())
}
