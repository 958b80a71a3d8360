/** pdfjs-dist types its main module only; this one is passed on to it as it is. */
declare module "pdfjs-dist/legacy/build/pdf.worker.mjs";
