//! Journeys: one test for each requirement, as people experience it.

mod beyond;
mod bulk;
mod declining;
mod erasure;
mod face;
mod many;
mod mission;
mod network;
mod overview;
mod team;
mod webhooks;

/// On AWS, indexes lag, and no action may depend on them: with frozen indexes, every journey has the same result. Rows
/// that TTL should delete are never deleted in tests, so the journeys don't depend on that either.
#[test]
fn the_journeys_end_the_same_when_indexes_lag() {
    let binary = std::env::current_exe().unwrap();
    let run = std::process::Command::new(binary)
        .args(["journeys::", "--skip", "the_journeys_end_the_same"])
        .env(crate::support::LAGGING, "1")
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&run.stdout);
    assert!(run.status.success() && !told.contains("running 0 tests"), "{told}");
}
