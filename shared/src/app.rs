//! Everything a handler is given: settings, clock, randomness, and the AWS clients.

use std::sync::Arc;

use aws_config::SdkConfig;
use jiff::Timestamp;

use crate::{
    aws::{s3::Storage, sqs::Queues},
    clients::AwsClients,
    config::{Config, ConfigError},
    crypto::{
        envelope::{EncryptionKeys, Sealed},
        secret::{Hash, Secret, ServerKey},
    },
    domain::{Actor, BrandSlug, EmailAddress, Event, EventKind, Fresh},
    egress::OutboundClient,
    error::{Error, Result},
    mail::Mailer,
    platform::{Clock, CookiePolicy, LogSink, Platform, Random},
    store::{ErasureGuard, Store},
};

/// The settings and clients that a handler is given. Cheap to clone; creating it makes no network call.
#[derive(Debug, Clone)]
pub struct App {
    /// The settings.
    pub config: Arc<Config>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The naming and flags of cookies.
    pub cookies: CookiePolicy,
    /// The table.
    pub store: Store,
    random: Arc<dyn Random>,
    mailer: Option<Mailer>,
    queues: Option<Queues>,
    archive: Option<Storage>,
    outside: Arc<dyn OutboundClient>,
    pub(crate) lines: Arc<dyn LogSink>,
}

impl App {
    /// Creates the app of a function: the table, and the clients that the function declares.
    #[must_use]
    pub fn new(config: Config, (aws, doors): (&SdkConfig, AwsClients), platform: Platform) -> Self {
        let store = Store::new(aws, config.table.clone(), Arc::clone(&platform.clock));
        let mailer = doors.mailer.and_then(|open| open(aws, &config));
        let queues = doors.queues.map(|open| open(aws));
        let archive = doors.archive.and_then(|open| open(aws, &config));
        let Platform { clock, random, cookies, outside, lines } = platform;
        Self { config: Arc::new(config), clock, cookies, store, random, mailer, queues, archive, outside, lines }
    }

    /// Returns the current time in milliseconds, the precision in which times are stored and returned.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// Returns `N` unpredictable bytes.
    #[must_use]
    pub fn entropy<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// Generates a new ID.
    #[must_use]
    pub fn fresh<Id: Fresh>(&self) -> Id {
        Id::fresh(self.now(), self.entropy())
    }

    /// Creates an event that happens now.
    #[must_use]
    pub fn event(&self, brand: &BrandSlug, actor: Actor, kind: EventKind) -> Event {
        Event::new(self.fresh(), brand, actor, kind, self.now())
    }

    /// Generates a new secret.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::from(self.entropy::<32>())
    }

    /// Returns the key that the functions of this deployment share.
    ///
    /// # Errors
    /// Fails if this function was not given it.
    pub fn server_key(&self) -> Result<&ServerKey> {
        needed(&self.config.server_key, "SERVER_KEY")
    }

    /// Returns the hash that an erasure tombstone stores for an email address of `brand`. Only this deployment can
    /// compute it.
    ///
    /// # Errors
    /// Fails if this function was not given the key.
    pub fn erasure_mark(&self, brand: &BrandSlug, address: &EmailAddress) -> Result<Hash> {
        Ok(self.server_key()?.seal(&[b"erased", brand.as_str().as_bytes(), address.as_str().as_bytes()]))
    }

    /// Returns the default guard against inviting an erased person: without a readmission, an erased email address is
    /// rejected.
    ///
    /// # Errors
    /// Fails if this function was not given the key.
    pub fn entry(&self, brand: &BrandSlug, address: &EmailAddress) -> Result<ErasureGuard> {
        Ok(ErasureGuard { mark: self.erasure_mark(brand, address)?, lifts: false })
    }

    /// Returns the keys that encrypt secrets which are used again.
    ///
    /// # Errors
    /// Fails if this function was not given them.
    pub fn sealing_keys(&self) -> Result<&EncryptionKeys> {
        needed(&self.config.sealing_keys, "SEALING_KEYS")
    }

    /// Encrypts a secret of `brand` for the purpose `what`.
    ///
    /// # Errors
    /// Fails if this function was not given the keys.
    pub fn seal(&self, brand: &BrandSlug, what: &str, plain: &str) -> Result<Sealed> {
        Ok(self.sealing_keys()?.seal(plain, &[brand.as_str(), what], self.entropy())?)
    }

    /// Decrypts a secret of `brand` that was encrypted for the purpose `what`.
    ///
    /// # Errors
    /// Fails if this function was not given the keys, or if none of them decrypts the secret.
    pub fn unseal(&self, brand: &BrandSlug, what: &str, sealed: &Sealed) -> Result<String> {
        Ok(self.sealing_keys()?.open(sealed, &[brand.as_str(), what])?)
    }

    /// Returns the HTTP client for other systems.
    #[must_use]
    pub fn outside(&self) -> &dyn OutboundClient {
        self.outside.as_ref()
    }

    /// Returns the SES client.
    ///
    /// # Errors
    /// Fails if this function does not declare that it sends emails, or was not given a sender.
    pub fn mailer(&self) -> Result<&Mailer> {
        needed(&self.mailer, "SENDER")
    }

    /// Returns the SQS client.
    ///
    /// # Errors
    /// Fails if this function does not declare that it uses queues.
    pub fn queues(&self) -> Result<&Queues> {
        self.queues.as_ref().ok_or_else(|| Error::internal("this function has no door to the queues"))
    }

    /// Returns the S3 client.
    ///
    /// # Errors
    /// Fails if this function does not declare that it uses files, or was not given a bucket.
    pub fn archive(&self) -> Result<&Storage> {
        needed(&self.archive, "BUCKET")
    }
}

/// Returns a setting that this function can't work without.
///
/// # Errors
/// Fails if the setting was not given.
pub fn needed<'a, T>(setting: &'a Option<T>, name: &'static str) -> Result<&'a T> {
    setting.as_ref().ok_or_else(|| Error::internal(ConfigError::Missing(name)))
}
