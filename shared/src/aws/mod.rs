//! The clients of AWS, but for DynamoDB, which is in [`store`](crate::store), and SES, which is in [`mail`](crate::mail).

pub(crate) mod http_client;
pub mod s3;
pub mod sqs;
