import assert from 'node:assert/strict';
import { test } from 'node:test';
import { renderPanelPage } from '../../../src/editor/panel/panel-html.ts';

test('the page allows its own style and font, one script by nonce, and nothing else', () => {
  const html = renderPanelPage({
    cspSource: 'https://own.example',
    nonce: 'bm9uY2U=',
    styleUri: 's.css',
    scriptUri: 'p.js',
  });
  const policy = /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(html)?.[1];
  assert.equal(
    policy,
    "default-src 'none'; style-src https://own.example 'nonce-bm9uY2U='; script-src 'nonce-bm9uY2U='; font-src https://own.example",
  );
  assert.match(html, /<lambda-panel><\/lambda-panel>/);
  assert.match(html, /<link rel="stylesheet" href="s.css">/);
  assert.deepEqual(html.match(/<script[^>]*>/g), ['<script type="module" nonce="bm9uY2U=" src="p.js">']);
  assert.doesNotMatch(html, /\sstyle=|<style|\son\w+=/);
});
