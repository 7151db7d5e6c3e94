import module from 'node:module';
import path from 'node:path';
import { pathToFileURL } from 'node:url';

/**
 * Lets `import` find packages of NODE_PATH, as Lambda's own runtime does and Node does for require() only; and both find what is
 * named by its path under /opt in the folder that stands for it.
 */
export function findInLayers(opt) {
  const folders = (process.env.NODE_PATH ?? '').split(path.delimiter);
  // Node.js 22.15 and later have it; functions on an older one find packages of layers by require() alone.
  module.registerHooks?.({
    resolve(specifier, context, next) {
      if (/^(file:\/\/)?\/opt\//.test(specifier)) {
        const place = path.join(opt, specifier.replace(/^(file:\/\/)?\/opt\//, ''));
        return next(context.conditions.includes('import') ? pathToFileURL(place).href : place, context);
      }
      try {
        return next(specifier, context);
      } catch (error) {
        if (error.code !== 'ERR_MODULE_NOT_FOUND' || /^[./]|^[a-z]+:/.test(specifier)) throw error;
        for (const folder of folders.filter((each) => path.basename(each) === 'node_modules')) {
          const parentURL = pathToFileURL(path.join(folder, '..', 'import.mjs')).href;
          try {
            return next(specifier, { ...context, parentURL });
          } catch (other) {
            if (other.code !== 'ERR_MODULE_NOT_FOUND') throw other;
          }
        }
        throw error;
      }
    },
  });
}
