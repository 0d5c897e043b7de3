//! The emulated services of AWS, one module for each.

pub(crate) mod bus;
pub(crate) mod dynamodb;
pub(crate) mod lag;
pub(crate) mod mailboxes;
pub(crate) mod queues;
pub(crate) mod s3;
pub(crate) mod ses;
pub(crate) mod sqs;

/// The access key of everything in the local runner. It isn't valid anywhere else.
pub(crate) const ACCESS_KEY: &str = "local";
/// The secret that belongs to [`ACCESS_KEY`].
pub(crate) const SECRET_KEY: &str = "local";
