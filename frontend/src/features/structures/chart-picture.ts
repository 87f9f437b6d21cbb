import { type Chart } from "./chart";
import { margin } from "./chart-drawing";

/** The picture in points, twice as fine as the screen where that stays within what a canvas holds. */
export async function raster(svg: Blob, chart: Chart): Promise<Blob> {
  const image = new Image();
  const url = URL.createObjectURL(svg);
  try {
    await new Promise((done, failed) => {
      image.onload = done;
      image.onerror = () => failed(new Error("picture"));
      image.src = url;
    });
    const width = chart.width + 2 * margin;
    const height = chart.height + 2 * margin;
    const scale = Math.min(2, 8000 / width, 8000 / height);
    const canvas = document.createElement("canvas");
    canvas.width = Math.round(width * scale);
    canvas.height = Math.round(height * scale);
    canvas.getContext("2d")?.drawImage(image, 0, 0, canvas.width, canvas.height);
    return await new Promise((done, failed) => canvas.toBlob((blob) => (blob ? done(blob) : failed(new Error("picture"))), "image/png"));
  } finally {
    URL.revokeObjectURL(url);
  }
}
