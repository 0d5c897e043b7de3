//! The settings that a deployment gives its functions, read once at start.

use url::Url;

use crate::{
    crypto::{envelope::EncryptionKeys, secret::ServerKey},
    domain::EmailAddress,
    error::Result,
};

/// The settings of one function. Settings that only other functions need are absent.
#[derive(Debug, Clone)]
pub struct Config {
    /// The URL at which browsers reach us, without a trailing slash; never taken from a `Host` header.
    pub base_url: String,
    /// The one table.
    pub table: String,
    /// The key for codes, and for cookies that must be derived again with the same result.
    pub server_key: Option<ServerKey>,
    /// The keys that encrypt secrets which are used again.
    pub sealing_keys: Option<EncryptionKeys>,
    /// The email address from which emails are sent.
    pub sender: Option<EmailAddress>,
    /// The SES configuration set for outgoing emails.
    pub mail_configuration_set: Option<String>,
    /// The queue of emails that a person is waiting for.
    pub mail_now_queue: Option<String>,
    /// The queue of emails of imports.
    pub mail_bulk_queue: Option<String>,
    /// The queue of exports.
    pub exports_queue: Option<String>,
    /// The queue of erased partners whose remaining data has to be scrubbed.
    pub erasures_queue: Option<String>,
    /// The queue of overviews to compute.
    pub overviews_queue: Option<String>,
    /// The queue of partners that may have to be synced to the Network.
    pub pushes_queue: Option<String>,
    /// The queue of backfills.
    pub backfills_queue: Option<String>,
    /// The queue of files to import.
    pub import_files_queue: Option<String>,
    /// The queue of rows to import.
    pub import_rows_queue: Option<String>,
    /// The queue of bulk jobs whose partners have yet to be selected.
    pub partners_to_select_queue: Option<String>,
    /// The queue of imports to report on.
    pub import_reports_queue: Option<String>,
    /// The queue of events that brands' webhook endpoints may have subscribed to.
    pub webhooks_to_plan_queue: Option<String>,
    /// The queue of deliveries to brands' webhook endpoints.
    pub deliveries_queue: Option<String>,
    /// The number of emails per second that SES accepts from this account.
    pub mail_rate: Option<u32>,
    /// The number of emails per day that SES accepts from this account.
    pub mail_daily_quota: Option<u32>,
    /// The number of workers that send emails of imports at the same time.
    pub bulk_workers: Option<u32>,
    /// The origin to which browsers upload files.
    pub uploads_origin: Option<String>,
    /// The bucket, for files and for messages that can't be processed.
    pub bucket: Option<String>,
}

/// A setting that is missing or invalid.
#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    /// The setting is missing.
    #[error("the setting {0} is missing")]
    Missing(&'static str),
    /// The setting has the wrong format.
    #[error("the setting {0} is not {1}")]
    Malformed(&'static str, &'static str),
}

impl Config {
    /// Reads the settings that every function has, and those in `needed`, from `variable`, which looks up a setting by
    /// name.
    ///
    /// # Errors
    /// Returns the first setting that is missing or malformed.
    pub fn read(variable: impl Fn(&str) -> Option<String>, needed: &[&'static str]) -> Result<Self, ConfigError> {
        let given = |name: &str| variable(name).filter(|value| !value.is_empty());
        if let Some(missing) = needed.iter().find(|name| given(name).is_none()) {
            return Err(ConfigError::Missing(missing));
        }
        let optional = |name: &str| needed.contains(&name).then(|| given(name)).flatten();
        let number = |name: &'static str| {
            let read = |text: String| text.parse().ok().filter(|number: &u32| *number > 0);
            let malformed = || ConfigError::Malformed(name, "a whole number above 0");
            optional(name).map(|text| read(text).ok_or_else(malformed)).transpose()
        };
        let base_url = given("BASE_URL").ok_or(ConfigError::Missing("BASE_URL"))?;
        let server_key = optional("SERVER_KEY").map(|key| {
            ServerKey::parse(&key).ok_or(ConfigError::Malformed("SERVER_KEY", "a key of at least 32 characters"))
        });
        let sealing_keys = optional("SEALING_KEYS").map(|keys| {
            EncryptionKeys::parse(&keys).ok_or(ConfigError::Malformed(
                "SEALING_KEYS",
                "keys of at least 32 characters, with commas between them",
            ))
        });
        let sender = optional("SENDER").map(|address| {
            EmailAddress::parse(&address).map_err(|_invalid| ConfigError::Malformed("SENDER", "an email address"))
        });
        let uploads_origin = optional("UPLOADS_ORIGIN").map(|text| {
            origin(&text).ok_or(ConfigError::Malformed("UPLOADS_ORIGIN", "an origin like https://example.com"))
        });
        Ok(Self {
            base_url: origin(&base_url)
                .ok_or(ConfigError::Malformed("BASE_URL", "an origin like https://example.com"))?,
            table: given("TABLE").ok_or(ConfigError::Missing("TABLE"))?,
            server_key: server_key.transpose()?,
            sealing_keys: sealing_keys.transpose()?,
            sender: sender.transpose()?,
            mail_configuration_set: optional("MAIL_CONFIGURATION_SET"),
            mail_now_queue: optional("MAIL_NOW_QUEUE"),
            mail_bulk_queue: optional("MAIL_BULK_QUEUE"),
            exports_queue: optional("EXPORTS_QUEUE"),
            erasures_queue: optional("ERASURES_QUEUE"),
            overviews_queue: optional("OVERVIEWS_QUEUE"),
            pushes_queue: optional("PUSHES_QUEUE"),
            backfills_queue: optional("BACKFILLS_QUEUE"),
            import_files_queue: optional("IMPORT_FILES_QUEUE"),
            import_rows_queue: optional("IMPORT_ROWS_QUEUE"),
            partners_to_select_queue: optional("PARTNERS_TO_SELECT_QUEUE"),
            import_reports_queue: optional("IMPORT_REPORTS_QUEUE"),
            webhooks_to_plan_queue: optional("WEBHOOKS_TO_PLAN_QUEUE"),
            deliveries_queue: optional("DELIVERIES_QUEUE"),
            mail_rate: number("MAIL_RATE")?,
            mail_daily_quota: number("MAIL_DAILY_QUOTA")?,
            bulk_workers: number("BULK_WORKERS")?,
            uploads_origin: uploads_origin.transpose()?,
            bucket: optional("BUCKET"),
        })
    }
}

/// One in this many of the emails that SES accepts, per second and per day, is reserved for emails that people wait
/// for.
const LEFT_ONE_IN: u32 = 5;

const DAY_S: u64 = 86_400;

impl Config {
    /// Returns how many emails per second imports and bulk jobs may send, out of all that SES accepts from this
    /// account.
    #[must_use]
    pub fn bulk_share_of_rate(&self) -> Option<f64> {
        self.mail_rate.map(|rate| f64::from(rate) * f64::from(LEFT_ONE_IN - 1) / f64::from(LEFT_ONE_IN))
    }

    /// Returns how many emails per day imports and bulk jobs may send: their share of SES's daily quota, and no more
    /// than their share of the rate allows in a day, if this function knows the rate.
    #[must_use]
    pub fn bulk_emails_a_day(&self) -> Option<u64> {
        let share = |whole: u64| whole - whole / u64::from(LEFT_ONE_IN);
        let by_quota = share(self.mail_daily_quota?.into());
        let by_rate = self.mail_rate.map(|rate| share(u64::from(rate) * DAY_S));
        Some(by_rate.map_or(by_quota, |by_rate| by_quota.min(by_rate)).max(1))
    }
}

fn origin(text: &str) -> Option<String> {
    let url = Url::parse(text).ok()?;
    let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
    (bare && url.origin().is_tuple()).then(|| url.origin().ascii_serialization())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(base_url: &str) -> Result<Config, ConfigError> {
        let setting = |name: &str| match name {
            "BASE_URL" => Some(base_url.to_owned()),
            "TABLE" => Some("table".to_owned()),
            _ => None,
        };
        Config::read(setting, &[])
    }

    #[test]
    fn the_base_url_is_an_origin() {
        assert_eq!(read("https://example.com/").unwrap().base_url, "https://example.com");
        assert_eq!(read("http://localhost:9000").unwrap().base_url, "http://localhost:9000");
        for text in ["example.com", "https://example.com/app", "https://example.com?x", "data:x"] {
            assert_eq!(
                read(text).unwrap_err().to_string(),
                "the setting BASE_URL is not an origin like https://example.com"
            );
        }
    }

    #[test]
    fn a_setting_that_is_missing_or_malformed_is_named() {
        let read = |settings: &'static [(&str, &str)], needed: &[&'static str]| {
            let setting = |name: &str| settings.iter().find(|(of, _)| *of == name).map(|(_, text)| (*text).to_owned());
            Config::read(setting, needed).map(drop).map_err(|error| error.to_string())
        };
        let says = |text: &str| Err(text.to_owned());
        let both = &[("BASE_URL", "https://a.example"), ("TABLE", "t"), ("SENDER", "nobody"), ("MAIL_RATE", "0")];
        assert_eq!(read(&[], &[]), says("the setting BASE_URL is missing"));
        assert_eq!(
            read(&[("BASE_URL", "https://a.example"), ("TABLE", "")], &[]),
            says("the setting TABLE is missing")
        );
        assert_eq!(read(both, &["BUCKET"]), says("the setting BUCKET is missing"));
        assert_eq!(read(both, &["SENDER"]), says("the setting SENDER is not an email address"));
        assert_eq!(read(both, &["MAIL_RATE"]), says("the setting MAIL_RATE is not a whole number above 0"));
        assert_eq!(read(both, &[]), Ok(()), "what a function doesn't need can't stop it");
    }
}
