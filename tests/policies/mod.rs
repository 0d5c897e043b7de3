//! Least privilege: each function's calls to AWS, compared with the permissions of its role in the template.

mod face;
mod jobs;
mod leaving;
mod tour;

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use local::access::{Need, Statement};
use serde_json::json;

use face::face;
use jobs::{bulk, exports, imports};
use leaving::{ends, erasures};
use tour::{doors, life, tour, webhooks};

use crate::{
    callers,
    network::{self, Network},
    outside::Others,
    support::{ADMIN, World},
};

/// A single permission of a role: an action on a resource, for partition keys with this pattern.
type Right = (String, String, String);

fn granted() -> BTreeMap<String, BTreeSet<Right>> {
    let template = local::template::document(&local::template_path()).unwrap();
    assert!(template["Globals"]["Function"].get("Policies").is_none(), "nobody has a right that is not their own");
    let roles = local::access::Roles::of_template().unwrap().0;
    let whole = |statement: Statement| {
        let keys = statement.leading_keys.unwrap_or_else(|| vec!["*".to_owned()]);
        let mut rights = Vec::new();
        for (action, resource) in statement
            .actions
            .iter()
            .flat_map(|action| statement.resources.iter().map(move |resource| (action.clone(), resource.clone())))
        {
            rights.extend(keys.iter().map(|key| (action.clone(), resource.clone(), key.clone())));
        }
        rights
    };
    roles.into_iter().map(|(name, role)| (name, role.into_iter().flat_map(whole).collect())).collect()
}

/// Returns `true` for a permission that the platform itself needs or that no call names. (SAM adds logs and event
/// sources.)
fn is_of_the_platform((action, _, _): &Right) -> bool {
    // With it, S3 reports a missing object as missing rather than as access denied.
    action == "s3:ListBucket"
}

fn covers((action, resource, key): &Right, need: &Need) -> bool {
    let statement = Statement {
        actions: vec![action.clone()],
        resources: vec![resource.clone()],
        leading_keys: Some(vec![key.clone()]),
        from_address: None,
    };
    statement.allows(need)
}

/// Formats a permission as one line, without the parts that all of them share.
fn line((action, resource, key): &Right) -> String {
    let name = resource.split(':').skip(5).collect::<Vec<_>>().join(":");
    let name = name.trim_start_matches("table/").to_owned();
    if key == "*" { format!("{action} {name}") } else { format!("{action} {name} {key}") }
}

#[tokio::test(flavor = "multi_thread")]
async fn no_function_uses_a_right_it_lacks_or_holds_one_it_does_not_use() {
    let others = Others::new();
    let outside = Arc::clone(&others);
    let world = World::with(|options| {
        options.seed = false;
        options.outside = Some(outside);
    })
    .await;
    let recording = world.local.wire.record();
    let brand = json!({"brand": {"slug": "acme", "name": "Acme", "replyTo": "partners@acme.example"}, "admins": [{"name": "Ada", "email": ADMIN}]});
    world.local.invoke("create-brand", brand).await.unwrap();
    let mut world = world.with_key().await;
    world.repeatable = true;
    // With a program.
    let program = json!({"name": "First", "destination": "https://shop.acme.example/", "commission": {"type": "percent", "basisPoints": 1000}});
    world.post("/programs", program).await;
    let network = Network::connect(world, Arc::clone(&others)).await;
    network::tour(&network).await;
    let world = &network.world;
    life(world).await;
    webhooks(world, &others).await;
    face(world).await;
    let fetched = exports(world).await;
    bulk(world).await;
    let imported = imports(world).await;
    jobs::long_reads(world).await;
    doors(world).await;
    erasures(&network).await;
    tour(world).await;
    ends(world).await;
    // Opening a presigned URL uses the permission of the function that signed it.
    let mut needs: BTreeSet<(String, Need)> = BTreeSet::new();
    for (function, fetched, prefix) in [("read-exports", fetched, "exports"), ("read-imports", imported, "reports")] {
        assert!(fetched, "nobody fetched what {function} signed");
        let resource = format!("arn:aws:s3:::bucket/{prefix}/acme/x");
        needs.insert((function.to_owned(), Need { action: "s3:GetObject".to_owned(), resource, of: None }));
    }
    // An operator has their own permissions.
    let everybodys = callers::everything_by_everybody().await;
    for call in recording.calls().0.into_iter().chain(everybodys).filter(|call| call.function != "operator") {
        needs.extend(local::access::needs(&call).into_iter().map(|need| (call.function.clone(), need)));
    }

    let granted = granted();
    let table = granted.iter().map(|(function, rights)| {
        format!("{function}\n{}", rights.iter().map(|right| format!("  {}\n", line(right))).collect::<String>())
    });
    insta::assert_snapshot!(table.collect::<String>());
    let lacking: Vec<_> =
        needs.iter().filter(|(function, need)| !granted[function].iter().any(|right| covers(right, need))).collect();
    assert!(lacking.is_empty(), "used without a right: {lacking:#?}");
    let mut idle = Vec::new();
    for (function, rights) in &granted {
        let of = |need: &&(String, Need)| need.0 == *function;
        for right in rights.iter().filter(|right| !is_of_the_platform(right)) {
            if !needs.iter().filter(of).any(|(_, need)| covers(right, need)) {
                idle.push(format!("{function}: {}", line(right)));
            }
        }
    }
    assert!(idle.is_empty(), "rights that nothing uses: {idle:#?}");
}
