//! What a handler is given: settings, clock, randomness, and the doors to AWS.

use std::{fmt, sync::Arc};

use aws_config::SdkConfig;
use jiff::Timestamp;

use crate::{
    archive::Archive,
    config::{Config, needed},
    domain::{Actor, BrandSlug, EmailAddress, Event, EventKind, Fresh},
    error::{Error, Result},
    function::Doors,
    mail::Mailer,
    outside::Outside,
    queue::Queues,
    sealed::{Sealed, SealingKeys},
    secret::{Hash, Secret, ServerKey},
    store::{Entry, Store},
};

/// Tells the time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// The time now.
    fn now(&self) -> Timestamp;
}

/// Gives bytes that nobody can guess.
pub trait Random: Send + Sync + fmt::Debug {
    /// Fills `bytes`.
    fn fill(&self, bytes: &mut [u8]);
}

/// Where the line about each invocation goes.
pub trait Lines: Send + Sync + fmt::Debug {
    /// Takes a line, without its end.
    fn write(&self, line: &str);
}

/// How cookies are named and flagged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookieStyle {
    /// `__Host-…; Secure`: no other host and no plain connection can set or read them.
    HostPrefix,
    /// Without both, for `http://localhost`. Only a laptop constructs it.
    Plain,
}

/// What differs between AWS and a laptop, other than addresses.
#[derive(Debug, Clone)]
pub struct Platform {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub random: Arc<dyn Random>,
    /// How cookies are named and flagged.
    pub cookies: CookieStyle,
    /// The way to other systems.
    pub outside: Arc<dyn Outside>,
    /// Where the line about each invocation goes.
    pub lines: Arc<dyn Lines>,
}

/// What a handler is given. Cloning it is cheap, and making it touches no network.
#[derive(Debug, Clone)]
pub struct App {
    /// The settings.
    pub config: Arc<Config>,
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// How cookies are named and flagged.
    pub cookies: CookieStyle,
    /// The table.
    pub store: Store,
    random: Arc<dyn Random>,
    mailer: Option<Mailer>,
    queues: Option<Queues>,
    archive: Option<Archive>,
    outside: Arc<dyn Outside>,
    pub(crate) lines: Arc<dyn Lines>,
}

impl App {
    /// Makes what a handler of any function needs.
    #[must_use]
    pub fn new(config: Config, (aws, doors): (&SdkConfig, Doors), platform: Platform) -> Self {
        let store = Store::new(aws, config.table.clone(), Arc::clone(&platform.clock));
        let mailer = doors.mailer.and_then(|open| open(aws, &config));
        let queues = doors.queues.map(|open| open(aws));
        let archive = doors.archive.and_then(|open| open(aws, &config));
        let Platform { clock, random, cookies, outside, lines } = platform;
        Self { config: Arc::new(config), clock, cookies, store, random, mailer, queues, archive, outside, lines }
    }

    /// The time now, to the millisecond: so finely it is kept, and so finely it is told.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        let now = self.clock.now();
        Timestamp::from_millisecond(now.as_millisecond()).unwrap_or(now)
    }

    /// `N` bytes that nobody can guess.
    #[must_use]
    pub fn entropy<const N: usize>(&self) -> [u8; N] {
        let mut bytes = [0; N];
        self.random.fill(&mut bytes);
        bytes
    }

    /// A fresh id.
    #[must_use]
    pub fn fresh<Id: Fresh>(&self) -> Id {
        Id::fresh(self.now(), self.entropy())
    }

    /// What tells that something happened now.
    #[must_use]
    pub fn event(&self, brand: &BrandSlug, actor: Actor, kind: EventKind) -> Event {
        Event::new(self.fresh(), brand, actor, kind, self.now())
    }

    /// A fresh secret.
    #[must_use]
    pub fn secret(&self) -> Secret {
        Secret::from(self.entropy::<32>())
    }

    /// The key that the functions of this deployment share.
    ///
    /// # Errors
    /// If this function was not given it.
    pub fn server_key(&self) -> Result<&ServerKey> {
        needed(&self.config.server_key, "SERVER_KEY")
    }

    /// What marks an address of `brand` once whoever has it is erased: only this deployment can compute it.
    ///
    /// # Errors
    /// If this function was not given the key.
    pub fn erasure_mark(&self, brand: &BrandSlug, address: &EmailAddress) -> Result<Hash> {
        Ok(self.server_key()?.seal(&[b"erased", brand.as_str().as_bytes(), address.as_str().as_bytes()]))
    }

    /// How an address comes in that nobody said anything of: not at all, if whoever had it was erased.
    ///
    /// # Errors
    /// If this function was not given the key.
    pub fn entry(&self, brand: &BrandSlug, address: &EmailAddress) -> Result<Entry> {
        Ok(Entry { mark: self.erasure_mark(brand, address)?, lifts: false })
    }

    /// The keys for secrets that are used again.
    ///
    /// # Errors
    /// If this function was not given them.
    pub fn sealing_keys(&self) -> Result<&SealingKeys> {
        needed(&self.config.sealing_keys, "SEALING_KEYS")
    }

    /// Seals a secret of `brand` that is used for `what`.
    ///
    /// # Errors
    /// If this function was not given the keys.
    pub fn seal(&self, brand: &BrandSlug, what: &str, plain: &str) -> Result<Sealed> {
        self.sealing_keys()?.seal(plain, &[brand.as_str(), what], self.entropy())
    }

    /// Opens a secret of `brand` that was sealed for `what`.
    ///
    /// # Errors
    /// If this function was not given the keys, or none of them opens it.
    pub fn unseal(&self, brand: &BrandSlug, what: &str, sealed: &Sealed) -> Result<String> {
        self.sealing_keys()?.open(sealed, &[brand.as_str(), what])
    }

    /// The way to other systems.
    #[must_use]
    pub fn outside(&self) -> &dyn Outside {
        self.outside.as_ref()
    }

    /// The door to SES.
    ///
    /// # Errors
    /// If this function does not say that it sends mail, or was not given a sender.
    pub fn mailer(&self) -> Result<&Mailer> {
        needed(&self.mailer, "SENDER")
    }

    /// The door to SQS.
    ///
    /// # Errors
    /// If this function does not say that it goes through it.
    pub fn queues(&self) -> Result<&Queues> {
        self.queues.as_ref().ok_or_else(|| Error::internal("this function has no door to the queues"))
    }

    /// The door to S3.
    ///
    /// # Errors
    /// If this function does not say that it uses files, or was not given a bucket.
    pub fn archive(&self) -> Result<&Archive> {
        needed(&self.archive, "BUCKET")
    }
}
