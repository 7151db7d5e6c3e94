// Style sheets are imported for esbuild, which gathers them into panel.css.
declare module '*.css';
