import { MathBackendWebGL } from '@tensorflow/tfjs-backend-webgl';
import * as tf from '@tensorflow/tfjs-core';
import { type Backend, software } from './backend.ts';
import { setBackend } from './set-backend.ts';

export async function startWebGl(): Promise<Backend> {
  await setBackend('webgl');
  const backend = tf.backend();
  if (!(backend instanceof MathBackendWebGL)) throw new Error('The backend did not start');
  const { gl } = backend.gpgpu;
  const lost = new Promise<string>(resolve => {
    gl.canvas.addEventListener('webglcontextlost', () => resolve('webglcontextlost'));
  });
  const info = gl.getExtension('WEBGL_debug_renderer_info');
  const renderer = String(gl.getParameter(info === null ? gl.RENDERER : info.UNMASKED_RENDERER_WEBGL));
  const isSoftware = software.test(renderer);
  return { name: `WebGL · ${nameIn(renderer)}`, isSoftware, isLost: () => gl.isContextLost(), lost };
}

/** "Apple M2" of "ANGLE (Apple, ANGLE Metal Renderer: Apple M2, Unspecified Version)". */
const nameIn = (renderer: string) =>
  /Renderer: ([^,]+)/.exec(renderer)?.[1] ?? /^ANGLE \([^,]+, ([^,(]+)/.exec(renderer)?.[1] ?? renderer;
