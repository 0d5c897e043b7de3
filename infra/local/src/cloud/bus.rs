//! The event bus: puts each event into the queues of the rules that match it.

use std::sync::Arc;

use serde_json::{Value, json};

use super::queues::Queues;
use crate::template::{Rule, queue_url};

/// The default event bus. It stores nothing: an event that no rule matches is lost. Clones share the same bus.
#[derive(Clone)]
pub(crate) struct Bus {
    rules: Arc<[Rule]>,
    queues: Queues,
}

impl Bus {
    pub(crate) fn new(rules: &[Rule], queues: Queues) -> Self {
        Self { rules: rules.into(), queues }
    }

    /// Publishes `event`. Returns the names of the queues that contain it when this returns.
    pub(crate) async fn put(&self, event: &Value) -> Result<Vec<String>, String> {
        let mut reached = Vec::new();
        for queue in self.rules.iter().filter(|rule| rule.pattern.matches(event)).flat_map(|rule| &rule.targets) {
            let message = json!({"QueueUrl": queue_url(queue), "MessageBody": event.to_string()});
            let answer = self.queues.call("SendMessage", message).await;
            if !answer.status().is_success() {
                return Err(String::from_utf8_lossy(answer.body()).into_owned());
            }
            reached.push(queue.clone());
        }
        Ok(reached)
    }
}
