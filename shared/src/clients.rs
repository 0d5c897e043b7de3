//! Which clients of AWS a function uses.

use aws_config::SdkConfig;

use crate::{
    Config,
    aws::{s3::Storage, sqs::Queues},
    mail::Mailer,
};

/// The AWS clients that a function uses besides the table's. Clients that a function doesn't declare are not linked
/// into its binary: they are large, and a small function starts sooner.
#[derive(Debug, Clone, Copy, Default)]
pub struct AwsClients {
    pub(crate) mailer: Option<fn(&SdkConfig, &Config) -> Option<Mailer>>,
    pub(crate) queues: Option<fn(&SdkConfig) -> Queues>,
    pub(crate) archive: Option<fn(&SdkConfig, &Config) -> Option<Storage>>,
}
