//! Creates a logo from an upload: decodes it within limits, scales it down, and encodes it again.
//!
//! This removes everything else from the file: metadata, trailing bytes, and all frames but the first.

use std::io::Cursor;

use png::{ColorType, Decoder, Encoder, Limits, Transformations};
use shared::domain::Invalid;

use crate::pixels::Pixels;

/// Maximum size of the upload, and of the stored logo.
const BYTES_MAX: usize = 100 * 1024;

/// Maximum width and height of an image.
const SIDE_MAX: u32 = 4_096;

/// Maximum number of pixels; decoded, they take 16 MB.
const PIXELS_MAX: u64 = 4 * 1024 * 1024;

/// Memory that decoders may use in addition.
const WORK_BYTES_MAX: usize = 32 * 1024 * 1024;

/// Sizes of the stored logo: the first one whose PNG is small enough is used. At the last one, any picture is.
const SIZES: [(u32, u32); 3] = [(480, 160), (360, 120), (240, 80)];

/// A logo as it is stored.
pub(crate) struct Made {
    pub(crate) png: Vec<u8>,
    pub(crate) width: u32,
    pub(crate) height: u32,
}

/// Converts the uploaded image to a logo.
pub(crate) fn of(bytes: &[u8]) -> Result<Made, Invalid> {
    if bytes.len() > BYTES_MAX {
        return Err(Invalid::image_too_large());
    }
    let pixels = if bytes.starts_with(b"\x89PNG\r\n\x1a\n") {
        of_png(bytes)?
    } else if bytes.starts_with(b"RIFF") && bytes.get(8..12) == Some(b"WEBP") {
        of_webp(bytes)?
    } else {
        return Err(Invalid::image());
    };
    for (width, height) in SIZES {
        let small = pixels.within(width, height);
        let png = written(&small).map_err(|_broken| Invalid::image())?;
        if png.len() <= BYTES_MAX {
            return Ok(Made { png, width: small.width, height: small.height });
        }
    }
    Err(Invalid::image_too_large())
}

fn of_png(bytes: &[u8]) -> Result<Pixels, Invalid> {
    let broken = |_| Invalid::image();
    let mut decoder = Decoder::new_with_limits(Cursor::new(bytes), Limits { bytes: WORK_BYTES_MAX });
    decoder.set_transformations(Transformations::normalize_to_color8() | Transformations::ALPHA);
    let (width, height) = decoder.read_header_info().map_err(broken)?.size();
    fits(width, height)?;
    let mut reader = decoder.read_info().map_err(broken)?;
    let mut frame = vec![0; reader.output_buffer_size().ok_or_else(Invalid::image)?];
    let shown = reader.next_frame(&mut frame).map_err(broken)?;
    if (shown.width, shown.height) != (width, height) {
        return Err(Invalid::image());
    }
    frame.truncate(shown.buffer_size());
    let bytes = match shown.color_type {
        ColorType::Rgba => frame,
        ColorType::GrayscaleAlpha => {
            let (grey, _) = frame.as_chunks();
            grey.iter().flat_map(|[grey, alpha]| [*grey, *grey, *grey, *alpha]).collect()
        }
        ColorType::Grayscale | ColorType::Rgb | ColorType::Indexed => return Err(Invalid::image()),
    };
    Ok(Pixels { width, height, bytes })
}

fn of_webp(bytes: &[u8]) -> Result<Pixels, Invalid> {
    let broken = |_| Invalid::image();
    let mut decoder = image_webp::WebPDecoder::new(Cursor::new(bytes)).map_err(broken)?;
    let (width, height) = decoder.dimensions();
    fits(width, height)?;
    decoder.set_memory_limit(WORK_BYTES_MAX);
    let mut frame = vec![0; decoder.output_buffer_size().ok_or_else(Invalid::image)?];
    decoder.read_image(&mut frame).map_err(broken)?;
    if decoder.has_alpha() {
        return Ok(Pixels { width, height, bytes: frame });
    }
    let (pixels, _) = frame.as_chunks();
    let bytes = pixels.iter().flat_map(|[red, green, blue]| [*red, *green, *blue, u8::MAX]).collect();
    Ok(Pixels { width, height, bytes })
}

fn fits(width: u32, height: u32) -> Result<(), Invalid> {
    let few = u64::from(width) * u64::from(height) <= PIXELS_MAX;
    if width > 0 && height > 0 && width <= SIDE_MAX && height <= SIDE_MAX && few {
        Ok(())
    } else {
        Err(Invalid::image_too_large())
    }
}

fn written(pixels: &Pixels) -> Result<Vec<u8>, png::EncodingError> {
    let mut png = Vec::new();
    let mut encoder = Encoder::new(&mut png, pixels.width, pixels.height);
    encoder.set_compression(png::Compression::High);
    let bytes = if pixels.is_opaque() {
        encoder.set_color(ColorType::Rgb);
        let (all, _) = pixels.bytes.as_chunks();
        all.iter().flat_map(|[red, green, blue, _]| [*red, *green, *blue]).collect()
    } else {
        encoder.set_color(ColorType::Rgba);
        pixels.bytes.clone()
    };
    let mut writer = encoder.write_header()?;
    writer.write_image_data(&bytes)?;
    writer.finish()?;
    Ok(png)
}
