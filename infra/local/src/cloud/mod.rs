//! What stands in for AWS, one module for each service.

pub(crate) mod bus;
pub(crate) mod dynamodb;
pub(crate) mod lag;
pub(crate) mod mailboxes;
pub(crate) mod queues;
pub(crate) mod s3;
pub(crate) mod ses;
pub(crate) mod sqs;

/// The credentials of everything on a laptop. They open nothing anywhere else.
pub(crate) const ACCESS_KEY: &str = "local";
/// Goes with [`ACCESS_KEY`].
pub(crate) const SECRET_KEY: &str = "local";
