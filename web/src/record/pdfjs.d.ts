// The build for browsers a few years old has no types of its own: they are those of the other one.
declare module 'pdfjs-dist/legacy/build/pdf.mjs' {
  export * from 'pdfjs-dist';
}
