//! Bulk jobs: rows are selected, counted, and an action is applied to all of them.

use thirtyfour::Key;

use super::{
    chromium::{Chromium, Screen},
    world,
};
use crate::{importing::crowd, support::World};

/// Opens the roster of sixty active partners with an admin signed in.
async fn desk(world: &World, screen: Screen) -> Chromium {
    world.import(crowd(60), "sendInvite=false").await;
    let chromium = Chromium::open(world, screen).await;
    chromium.go(&world.admin_link().await).await;
    chromium.press("Sign in to Acme").await;
    chromium.at("/t/acme/admin/partners").await;
    chromium
}

#[tokio::test(flavor = "multi_thread")]
async fn selected_rows_survive_paging_and_all_matches_are_revoked_after_a_number_is_typed() {
    let world = world().await;
    let chromium = desk(&world, Screen::Desktop).await;
    chromium.misses("Clear selection").await;
    chromium.click("#rows tr:nth-child(2) .pick input").await;
    chromium.sees("1 selected").await;
    chromium.press("Older").await;
    chromium.sees("1 selected, 1 of them on other pages").await;
    chromium.click("[data-pick-page]").await;
    chromium.sees("11 selected").await;
    chromium.picture("admin-many-ticked").await;
    chromium.press("Select all").await;
    chromium.sees("All 60 selected").await;
    chromium.click("[data-many-bar] summary").await;
    chromium.picture("admin-many-menu").await;
    chromium.press("Revoke access…").await;
    chromium.sees("60 of 60 will lose access.").await;
    chromium.picture("admin-many-revoke").await;
    chromium.press("Revoke 60").await;
    chromium.sees("Type the number of partners who lose access.").await;
    chromium.find("#many-revoke-sure").await.send_keys("60").await.unwrap();
    chromium.press("Revoke 60").await;
    chromium.sees("60 of 60 done.").await;
    chromium.sees("Download report").await;
    chromium.picture("admin-many-done").await;
    chromium.go("/t/acme/admin/imports").await;
    chromium.sees("60 revoked").await;
    chromium.picture("admin-many-list").await;
    chromium.go("/t/acme/admin/partners").await;
    chromium.misses("selected").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn a_program_is_granted_to_some_and_to_all_on_a_phone() {
    let world = world().await;
    let chromium = desk(&world, Screen::Phone).await;
    chromium.click("#rows tr:nth-child(1) .pick input").await;
    chromium.sees("1 selected").await;
    chromium.picture("phone-many-ticked").await;
    chromium.click("[data-many-bar] summary").await;
    chromium.press("Remove from program…").await;
    chromium.sees("1 of 1 will be removed.").await;
    chromium.picture("phone-many-ungrant").await;
    chromium.press("Remove 1").await;
    chromium.sees("1 of 1 done.").await;
    chromium.picture("phone-many-done").await;

    chromium.go("/t/acme/admin/programs").await;
    chromium.click("[data-opens=grant-program]").await;
    chromium.sees("already in the program").await;
    chromium.picture("phone-many-grant").await;
    chromium.press("Add 1").await;
    chromium.sees("1 of 60 done. The others were skipped.").await;
    chromium.dark().await;
    chromium.picture("phone-many-granted-dark").await;
    chromium.close().await;
}

#[tokio::test(flavor = "multi_thread")]
async fn bulk_jobs_work_by_keyboard() {
    let world = world().await;
    let chromium = desk(&world, Screen::Desktop).await;
    chromium.dark().await;
    // The checkbox for all partners on the page follows the filter, and then that of the first row.
    chromium.tab_to("Filter").await;
    chromium.keys(Key::Tab).await;
    chromium.keys(Key::Tab).await;
    chromium.keys(" ").await;
    chromium.sees("1 selected").await;
    chromium.sees("Press Enter to jump here").await;
    chromium.keys(Key::Enter).await;
    chromium.misses("Press Enter to jump here").await;
    chromium.keys(Key::Enter).await;
    chromium.tab_to("Revoke access…").await;
    chromium.keys(Key::Enter).await;
    chromium.sees("1 of 1 will lose access.").await;
    chromium.picture("admin-many-dark").await;
    chromium.tab_to("Revoke 1").await;
    chromium.keys(Key::Enter).await;
    chromium.sees("1 of 1 done.").await;
    chromium.close().await;
}
