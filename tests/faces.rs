//! Helpers for tests of branding: images, and uploading them.

use http::{Method, Request};
use serde_json::Value;

use crate::support::{Answer, Browser, World};

/// Returns a PNG of this size; `pixel` returns red, green, blue and alpha of each pixel.
pub(crate) fn png_of(width: u32, height: u32, pixel: impl Fn(u32, u32) -> [u8; 4]) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    let rows = (0..height).flat_map(|y| (0..width).map(move |x| (x, y)));
    writer.write_image_data(&rows.flat_map(|(x, y)| pixel(x, y)).collect::<Vec<_>>()).unwrap();
    writer.finish().unwrap();
    bytes
}

/// Returns a PNG in one colour.
pub(crate) fn plain_png(width: u32, height: u32) -> Vec<u8> {
    png_of(width, height, |_, _| [200, 30, 90, 255])
}

/// Returns a WebP of this size.
pub(crate) fn webp_of(width: u32, height: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    let pixels = vec![120; usize::try_from(width * height * 3).unwrap()];
    image_webp::WebPEncoder::new(&mut bytes).encode(&pixels, width, height, image_webp::ColorType::Rgb8).unwrap();
    bytes
}

/// Returns width, height and pixels of a PNG.
pub(crate) fn decoded(bytes: &[u8]) -> (u32, u32, Vec<u8>) {
    let mut reader = png::Decoder::new(std::io::Cursor::new(bytes)).read_info().unwrap();
    let mut pixels = vec![0; reader.output_buffer_size().unwrap()];
    let frame = reader.next_frame(&mut pixels).unwrap();
    (frame.width, frame.height, pixels)
}

impl Browser {
    /// Uploads a logo for the brand, as the script of our pages does.
    pub(crate) async fn put_logo(&self, world: &World, kind: &str, file: Vec<u8>) -> Answer {
        let request = Request::put("/api/t/acme/settings/logo").header("content-type", kind);
        self.send(world, request.header("sec-fetch-site", "same-origin"), file).await
    }

    /// Changes the brand's settings.
    pub(crate) async fn settings(&self, world: &World, body: Value) -> Answer {
        self.json(world, Method::PATCH, "/api/t/acme/settings", body).await
    }
}
