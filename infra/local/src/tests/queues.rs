//! The queues, as a function uses them: with the real SDK, over the wire.

#![expect(clippy::disallowed_types, reason = "this is what the wire is for")]

use aws_sdk_sqs::{Client, types::SendMessageBatchRequestEntry};

use crate::{Local, Options, folder::Temporary, functions::sdk, template::queue_url};

const FIFO: &str = "
Resources:
  Orders: { Type: AWS::SQS::Queue, Properties: { FifoQueue: true, ContentBasedDeduplication: true } }
";

/// Starts an instance with one more queue, and returns an SDK client for a caller without a role, to which nothing is
/// denied.
async fn with_orders() -> (Local, Client, Temporary) {
    let folder = Temporary::new().unwrap();
    let template = folder.path().join("template.yaml");
    let text = std::fs::read_to_string(crate::template_path()).unwrap();
    std::fs::write(&template, text.replacen("\nResources:\n", FIFO, 1)).unwrap();
    let local = Local::start(Options { template, ..Options::for_tests() }).await.unwrap();
    let client = Client::new(&sdk(&local.wire, "somebody", &local.base_url));
    (local, client, folder)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_function_sends_receives_and_deletes_in_order() {
    let (local, client, _folder) = with_orders().await;
    let url = queue_url("orders.fifo");
    let entry = |id: &str, body: &str| {
        SendMessageBatchRequestEntry::builder().id(id).message_body(body).message_group_id("maria").build().unwrap()
    };
    let send = client.send_message_batch().queue_url(&url);
    let send = send.entries(entry("1", "first")).entries(entry("2", "second")).entries(entry("3", "first"));
    let sent = send.send().await.unwrap();
    assert_eq!((sent.successful.len(), sent.failed.len()), (3, 0));
    assert_eq!(sent.successful[0].message_id, sent.successful[2].message_id);
    assert_eq!(local.messages("orders.fifo"), ["first", "second"]);

    for body in ["first", "second"] {
        let received = client.receive_message().queue_url(&url).max_number_of_messages(10);
        let message = received.send().await.unwrap().messages.unwrap().remove(0);
        assert_eq!(message.body(), Some(body));
        let receipt = message.receipt_handle().unwrap();
        client.delete_message().queue_url(&url).receipt_handle(receipt).send().await.unwrap();
    }
    assert!(local.messages("orders.fifo").is_empty());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rejected_call_returns_an_error_of_the_service() {
    let (_local, client, _folder) = with_orders().await;
    let without_group = client.send_message().queue_url(queue_url("orders.fifo")).message_body("x");
    let error = without_group.send().await.unwrap_err().into_service_error();
    assert_eq!(error.meta().code(), Some("MissingParameter"), "{error:?}");
    let unknown = client.receive_message().queue_url(queue_url("nobody"));
    let error = unknown.send().await.unwrap_err().into_service_error();
    let code = "AWS.SimpleQueueService.NonExistentQueue";
    assert_eq!(error.meta().code(), Some(code), "{error:?}");
    let long = client.receive_message().queue_url(queue_url("mail-now")).visibility_timeout(-1);
    let error = long.send().await.unwrap_err().into_service_error();
    assert_eq!(error.meta().code(), Some("InvalidParameterValue"), "{error:?}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn calls_outside_a_role_are_denied_as_on_aws() {
    let (local, _client, _folder) = with_orders().await;
    let relay = Client::new(&sdk(&local.wire, "relay-events", &local.base_url));
    relay.send_message().queue_url(queue_url("exports")).message_body("x").send().await.unwrap();
    let error = relay.receive_message().queue_url(queue_url("exports")).send().await.unwrap_err().into_service_error();
    assert_eq!(error.meta().code(), Some("AccessDeniedException"), "{error:?}");
    let others = relay.send_message().queue_url(queue_url("orders.fifo")).message_body("x").send().await;
    assert!(others.is_err(), "a queue that its role does not name");
}
