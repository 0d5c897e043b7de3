//! The parts that differ between AWS and the local runner: clock, randomness, cookies, calls to other systems, and logs.

use std::{fmt, sync::Arc};

use jiff::Timestamp;

use crate::egress::OutboundClient;

/// A source of the current time.
pub trait Clock: Send + Sync + fmt::Debug {
    /// Returns the current time.
    fn now(&self) -> Timestamp;
}

/// A source of unpredictable bytes.
pub trait Random: Send + Sync + fmt::Debug {
    /// Fills `bytes` with unpredictable bytes.
    fn fill(&self, bytes: &mut [u8]);
}

/// The log to which the line about each invocation is written.
pub trait LogSink: Send + Sync + fmt::Debug {
    /// Writes one line, given without its line ending.
    fn write(&self, line: &str);
}

/// The naming and flags of cookies.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CookiePolicy {
    /// `__Host-…; Secure`: no other host and no plain HTTP connection can set or read them.
    HostPrefix,
    /// Without both, for `http://localhost`. Only the local runner constructs it.
    Plain,
}

/// The parts that differ between AWS and the local runner, apart from URLs.
#[derive(Debug, Clone)]
pub struct Platform {
    /// The clock.
    pub clock: Arc<dyn Clock>,
    /// The source of randomness.
    pub random: Arc<dyn Random>,
    /// The naming and flags of cookies.
    pub cookies: CookiePolicy,
    /// The HTTP client for other systems.
    pub outside: Arc<dyn OutboundClient>,
    /// The log to which the line about each invocation is written.
    pub lines: Arc<dyn LogSink>,
}
