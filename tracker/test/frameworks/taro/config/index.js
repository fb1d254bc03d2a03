module.exports = {
  projectName: 'taro', designWidth: 750, deviceRatio: { 750: 1 }, sourceRoot: 'src', outputRoot: 'dist', plugins: [], framework: 'react',
  compiler: { type: 'webpack5', prebundle: { enable: false } }, cache: { enable: false }, copy: { patterns: [{ from: 'src/utils/', to: 'dist/utils/' }] }, mini: {},
};
